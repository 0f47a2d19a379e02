// Who is who, out of a verified copy of the log: its leaves folded again from the Genesis that the
// verifier has pinned. Without it a signature says which key signed, and nobody knows whose.
#ifndef CAIRN_AUDIT_DOSSIER_KEY_HISTORY_H_
#define CAIRN_AUDIT_DOSSIER_KEY_HISTORY_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "audit/ledger/replay.h"
#include "audit/merkle/types.h"
#include "audit/mirror/log_reader.h"
#include "audit/note/checkpoint.h"
#include "audit/statement/statement.h"
#include "cairn/v1/statement.pb.h"
#include "keys/bytes.h"
#include "keys/digest.h"
#include "keys/key_id.h"
#include "keys/signing.h"

namespace cairn::dossier {

// Folds leaves only as far as it is asked about. Not thread-safe.
//
// Errors, where not said otherwise: kOutOfRange: the copy is too small to tell; kUnimplemented: a
// fold version that this program does not know; kDataLoss: what is asked about is not so, or the
// copy's bytes are not what its checkpoint commits to (the message says which).
class KeyHistory {
 public:
  // `log` must outlive this. kDataLoss: leaf 0 is not the Genesis with this id.
  static absl::StatusOr<std::unique_ptr<KeyHistory>> Create(mirror::LogReader& log,
                                                            const keys::Digest& genesis);

  merkle::TreeSize size() const { return log_.size(); }

  // That `entry` stands at `leaf` of this log and that its rules accept it there: so the key was
  // its actor's and might make this statement.
  absl::Status CheckLeaf(merkle::LeafIndex leaf, keys::ByteView entry);
  // That a key which signed something of which no leaf is known belongs to `party`, is not revoked
  // and has not ended, as of the newest leaf of the copy.
  absl::Status CheckKey(const keys::KeyFingerprint& key, const std::string& party);
  // That a checkpoint of this log is one of the same history as the copy.
  absl::Status CheckCheckpoint(const note::Checkpoint& checkpoint);

  // The operator's key, which signs refusals: the first one of the Genesis.
  const keys::SigningPublicKey& operator_key() const { return operator_key_; }
  // The name under which a party was enrolled; empty if nobody was, as far as it was folded.
  std::string NameOf(const std::string& party) const;

  // Whether the charter's witness term for the leaf is over by the newest time of the copy
  // (ledger::IsWitnessTermOver).
  absl::StatusOr<bool> IsWitnessTermOver(keys::ByteView handover, merkle::LeafIndex leaf);

  // Whether the rules refuse `statement` on the state that `refusal` names, for its reason.
  // kFailedPrecondition: the refusal rests on more than the leaves.
  absl::Status CheckRefusal(const v1::Refusal& refusal,
                            const statement::VerifiedStatement& statement);

 private:
  KeyHistory(mirror::LogReader& log, const keys::SigningPublicKey& operator_key)
      : log_(log), operator_key_(operator_key) {}
  absl::Status FoldTo(merkle::TreeSize size);

  mirror::LogReader& log_;
  keys::SigningPublicKey operator_key_;
  ledger::Replay replay_;
  std::vector<bool> accepted_;  // By leaf.
};

}  // namespace cairn::dossier

#endif  // CAIRN_AUDIT_DOSSIER_KEY_HISTORY_H_
