// Writing a dossier: one handover and the whole log that it stands in, in one file.
//
// It holds every entry and not only those of the handover. What a key may do, whether it was
// revoked and whether a statement was left out is a question to all leaves; an excerpt could answer
// none of it. Leaves are written as if public, so nothing is shown that the log does not show.
// Sealed content is there by digest only; papers are what the exporter chooses to enclose.
//
// The same copy, note and papers give the same bytes. Streaming: one bundle, or one paper, and the
// list of digests (some 100 bytes for each 128 leaves) are in memory.
#ifndef CAIRN_AUDIT_DOSSIER_DOSSIER_WRITER_H_
#define CAIRN_AUDIT_DOSSIER_DOSSIER_WRITER_H_

#include <cstdint>
#include <functional>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "audit/dossier/dossier_format.h"
#include "audit/mirror/log_reader.h"
#include "keys/age.h"
#include "keys/bytes.h"

namespace cairn::dossier {

struct Paper {
  PaperId id;
  std::function<absl::StatusOr<keys::Bytes>()> read;  // Called once, when its turn comes.
};

struct DossierOrder {
  DossierHead head;           // Its size is the log's.
  keys::Bytes note;           // The checkpoint that `log` was opened at, verbatim.
  std::vector<Paper> papers;  // In any order; one that is there twice is written once.
};

// Called as leaves were written.
using OnWritten = absl::FunctionRef<void(std::uint64_t done, std::uint64_t total)>;

// Errors of the reader (each tile and entry is verified on the way) and of the sink, and
// kInvalidArgument: `head` names another size than the log's, more than kMaxPapers, a paper over
// kMaxPaperBytes; kDataLoss: a paper's bytes have another digest than it says.
absl::Status WriteDossier(mirror::LogReader& log, DossierOrder order, keys::Sink sink,
                          OnWritten on_written);

}  // namespace cairn::dossier

#endif  // CAIRN_AUDIT_DOSSIER_DOSSIER_WRITER_H_
