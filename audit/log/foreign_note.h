// Judging a note that somebody else holds under this log's name, such as a witness: whether the
// log's own key has signed another history than this database holds. Nobody's word counts here,
// only that signature.
#ifndef CAIRN_AUDIT_LOG_FOREIGN_NOTE_H_
#define CAIRN_AUDIT_LOG_FOREIGN_NOTE_H_

#include "absl/status/status.h"
#include "audit/log/store.h"
#include "keys/bytes.h"
#include "keys/vkey.h"

namespace cairn::log {

// OK: signed by the log's key, and a prefix of the database.
// kDataLoss, with a sentence: signed by the log's key, and larger than the database or of another
//   root: two histories, or a database that was restored from an older copy.
// kUnauthenticated: not a checkpoint that the log's key has signed: it shows nothing about this
// log. Otherwise the store's.
[[nodiscard]] absl::Status JudgeForeignNote(const Reader& store, const keys::VerifierKey& log_key,
                                            keys::ByteView note);

}  // namespace cairn::log

#endif  // CAIRN_AUDIT_LOG_FOREIGN_NOTE_H_
