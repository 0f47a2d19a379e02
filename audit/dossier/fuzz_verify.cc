// Any bytes, under any of the names that tell kinds apart: a verdict, and never a crash. What was
// not made by the tests' log must not hold under its trust.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "audit/dossier/testing.h"

namespace {

constexpr const char* kNames[] = {"x",         "x.tlog-proof", "x.entry", "x.statement",
                                  "x.refusal", "policy",       "x.key",   "x.report"};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static auto* const believing =
      new cairn::dossier::testing::Believing(cairn::dossier::testing::Founded());
  if (size == 0) return 0;
  const std::string name = kNames[data[0] % (sizeof kNames / sizeof kNames[0])];
  const cairn::keys::ByteView bytes(data + 1, size - 1);
  const cairn::dossier::Companions beside{
      .entry = cairn::dossier::testing::Founded().log.entries()[1],
      .proof = cairn::dossier::testing::Founded().Receipt(1),
      .statement = std::nullopt,
      .submission = std::nullopt};
  const cairn::dossier::Examination found =
      cairn::dossier::VerifyBytes(name, bytes, beside, believing->trust);
  if (found.claims.empty()) std::abort();
  return 0;
}
