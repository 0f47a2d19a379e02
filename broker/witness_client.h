// One witness, as the broker asks it (C2SP tlog-witness, client side).
//
// What the witness says about sizes steers the next request and nothing else. Where it claims to
// have seen more, or something else, its note is fetched, and the caller judges what the log's own
// key has signed there.
#ifndef CAIRN_BROKER_WITNESS_CLIENT_H_
#define CAIRN_BROKER_WITNESS_CLIENT_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "audit/log/outcome.h"
#include "audit/merkle/tile_source.h"
#include "audit/mirror/http_source.h"
#include "audit/note/note.h"
#include "audit/note/policy.h"
#include "keys/bytes.h"

namespace cairn::broker {

// What came of asking for one cosignature.
struct WitnessReply {
  // The line, verified, over exactly the checkpoint that was sent; or why there is none:
  // kUnavailable and kDeadlineExceeded: not reached, or busy. kInvalidArgument: it answers with
  // something else than the protocol has. kPermissionDenied: it does not know the log or its key.
  // kFailedPrecondition: it claims another history or a larger size: see `theirs`.
  absl::StatusOr<note::SignatureLine> line;
  // With kFailedPrecondition: the note that the witness shows, unverified. Nothing: it shows none.
  std::optional<keys::Bytes> theirs;
};

// Not thread-safe.
class WitnessClient {
 public:
  // kInvalidArgument: no URL, or not one. `origin` is the log's.
  static absl::StatusOr<std::unique_ptr<WitnessClient>> Create(const note::Policy::Witness& witness,
                                                               const std::string& origin,
                                                               long timeout_ms);

  // Sends `head`, which is in the anchor, with a proof from the size that the witness has. `tiles`
  // are the log's. Takes at most a few round trips, each within the timeout.
  WitnessReply Ask(const log::SignedHead& head, const merkle::TileReader& tiles);

  // GET <monitoring prefix>/<origin hash>/checkpoint. kNotFound: it has none.
  absl::StatusOr<keys::Bytes> FetchNote();

  const std::string& name() const { return witness_.name; }
  const keys::VerifierKey& key() const { return witness_.key; }

 private:
  WitnessClient(note::Policy::Witness witness, std::string note_path,
                std::unique_ptr<mirror::HttpSource> http);
  absl::StatusOr<mirror::HttpAnswer> Post(const log::SignedHead& head,
                                          const merkle::TileReader& tiles);
  WitnessReply Suspect(const std::string& why);

  const note::Policy::Witness witness_;
  const std::string note_path_;
  const std::unique_ptr<mirror::HttpSource> http_;
  merkle::TreeSize size_{};  // What the witness has, as far as is known; it corrects us with 409.
};

}  // namespace cairn::broker

#endif  // CAIRN_BROKER_WITNESS_CLIENT_H_
