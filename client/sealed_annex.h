// Annexes that not everybody may read: places, reports from the ground, details of incidents. The
// annex's bytes are an age file, so that the leaf commits (salted) to what only its recipients
// open. With it the statement is content of the handover, and erasable; the leaf keeps a digest.
#ifndef CAIRN_CLIENT_SEALED_ANNEX_H_
#define CAIRN_CLIENT_SEALED_ANNEX_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "cairn/v1/common.pb.h"
#include "client/context.h"
#include "client/refold.h"
#include "keys/bytes.h"
#include "keys/sealing.h"

namespace cairn::client {

// Whom an annex of a handover is sealed to: the recipients of its charter, every sealing key in
// force of its holding parties (who have the right of answer), of this party, and of `also`. From
// the party's own copy of the log, never from the broker's word. Ascending by their text.
// kNotFound: no such handover or party.
absl::StatusOr<std::vector<keys::SealingPublicKey>> AnnexRecipients(
    Context& context, const RefoldedLog& log, const keys::Bytes& handover,
    const std::vector<std::string>& also);

// Seals, keeps it here and puts it with the content of the handover.
absl::StatusOr<v1::AnnexRef> SealAnnex(Context& context, const keys::Bytes& handover,
                                       const std::vector<keys::SealingPublicKey>& recipients,
                                       keys::ByteView plaintext);
// A file of at most kMaxAnnexInMemory bytes.
absl::StatusOr<v1::AnnexRef> SealAnnexFile(Context& context, const keys::Bytes& handover,
                                           const std::vector<keys::SealingPublicKey>& recipients,
                                           const std::string& path);

// Fetches and opens. kPermissionDenied: sealed to none of this party's keys. kNotFound: neither
// here nor with the broker. kDataLoss: not what was signed for.
absl::StatusOr<keys::Bytes> OpenSealedAnnex(Context& context, const v1::AnnexRef& annex);

}  // namespace cairn::client

#endif  // CAIRN_CLIENT_SEALED_ANNEX_H_
