// Any bytes as an evidence file: a form that is refused or a verdict, never a crash, and what was
// written from what was read is the same file.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "audit/dossier/evidence.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const cairn::keys::ByteView file(data, size);
  const auto judged = cairn::dossier::JudgeEvidenceFile(cairn::keys::SourceOf(file));
  if (!judged.ok()) return 0;
  const auto parsed = cairn::dossier::ParseEvidence(file);
  if (parsed.ok() && cairn::dossier::FormatEvidence(*parsed) != cairn::keys::AsText(file)) {
    std::abort();
  }
  // Without a key that signs there is no conviction.
  if (judged->verdict.ok() && judged->evidence.log.empty()) std::abort();
  return 0;
}
