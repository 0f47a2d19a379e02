// The newest note of the log that this home has verified, and the step from it to a newer one.
//
// A note is believed when the pinned log key has signed it and a consistency proof shows that its
// tree extends the newest one seen before. A note that fails the second test while the key's
// signature holds is evidence: it is kept beside, and the error says so.
#ifndef CAIRN_CLIENT_NOTES_H_
#define CAIRN_CLIENT_NOTES_H_

#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "audit/note/checkpoint.h"
#include "client/context.h"

namespace cairn::client {

// The newest verified note; none if nothing was seen yet. kDataLoss: the kept note does not verify
// under the pinned key.
absl::StatusOr<std::optional<note::OpenedCheckpoint>> NewestNote(const Home& home,
                                                                 const Profile& profile);

// Verifies `note` under the pinned key and as an extension of the newest one, with a consistency
// proof from the broker where the sizes differ, and keeps it if it is larger. An older note is
// verified as a prefix of the newest one. kDataLoss: it shows another history; both notes are kept.
absl::StatusOr<note::OpenedCheckpoint> AdvanceNote(Context& context, const std::string& note);

}  // namespace cairn::client

#endif  // CAIRN_CLIENT_NOTES_H_
