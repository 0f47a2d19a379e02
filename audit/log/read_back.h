// Step (2) of a batch: what was written is read again, and the root made from it by another way
// than the one that wrote it. One bit of one hash, flipped in memory before signing, would be in
// the log for ever. Internal to this folder.
#ifndef CAIRN_AUDIT_LOG_READ_BACK_H_
#define CAIRN_AUDIT_LOG_READ_BACK_H_

#include "absl/status/status.h"
#include "audit/log/store.h"
#include "audit/merkle/types.h"

namespace cairn::log {

// Reads the entries from `from` on and every tile that they changed, and checks: the stored head is
// `head`; each entry hashes to its place in its tile; each full tile among them to its place in the
// one above; the tiles together to the root. kDataLoss: they do not. Otherwise the reader's.
absl::Status ReadBack(const Reader& reader, merkle::TreeSize from, const TreeHead& head);

}  // namespace cairn::log

#endif  // CAIRN_AUDIT_LOG_READ_BACK_H_
