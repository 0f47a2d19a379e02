// Genesis of a successor log: whose state it goes on from, and who may found it.
#include <algorithm>
#include <string>

#include "absl/strings/str_cat.h"
#include "audit/ledger/bodies.h"
#include "audit/ledger/carry.h"
#include "audit/ledger/keys.h"
#include "audit/ledger/limits.h"
#include "audit/ledger/objects.h"
#include "audit/ledger/read.h"
#include "audit/ledger/step.h"
#include "keys/key_id.h"
#include "keys/vkey.h"

namespace cairn::ledger {
namespace {

constexpr char kPredecessorPath[] = "genesis.predecessor";

Verdict WrongPredecessor(std::string message, std::string remedy) {
  return FieldObjection(kPredecessorPath, {std::move(message), std::move(remedy)});
}

Verdict CheckPredecessorFields(const v1::Genesis& genesis) {
  const v1::Predecessor& before = genesis.predecessor();
  const auto vkey = keys::VerifierKey::Parse(before.log_vkey());
  const bool fits = vkey.ok() && vkey->name() == before.log_origin() &&
                    !CheckDigest(before.genesis()) && !CheckDigest(before.root_hash());
  std::uint64_t last = genesis.fold_version() < kSuccessorsSince ? 0 : before.tree_size();
  bool in_order = before.lost_size() <= kMaxLostRanges;
  for (const v1::LostRange& lost : before.lost()) {
    in_order = in_order && lost.first() >= last && lost.first() < lost.end();
    last = lost.end();
  }
  if (fits && in_order) return std::nullopt;
  return WrongPredecessor(
      "it does not name a log, its Genesis and a root, or its lost ranges are empty, out of order "
      "or below what is carried over",
      "Give the earlier log's verifier key, Genesis id, size and root, and the lost ranges in "
      "ascending order.");
}

Verdict CheckNewLog(const v1::Genesis& genesis, const std::string& origin) {
  const auto own = keys::VerifierKey::Parse(genesis.log_vkey());
  const auto before = keys::VerifierKey::Parse(genesis.predecessor().log_vkey());
  if (origin != genesis.predecessor().log_origin() && own.ok() && before.ok() &&
      own->key() != before->key()) {
    return std::nullopt;
  }
  return WrongPredecessor("the successor has its predecessor's origin or key",
                          "A successor is a log of its own: give it a new origin and a new key.");
}

// That the state under this Genesis is the one that it names.
Verdict CheckCarried(const v1::LogObject& old, const v1::Genesis& genesis) {
  const v1::Predecessor& before = genesis.predecessor();
  if (old.log_origin() != before.log_origin() || old.log_vkey() != before.log_vkey() ||
      old.genesis() != before.genesis()) {
    return WrongPredecessor("the state that is carried over is of another log",
                            "Name the log whose state is carried over.");
  }
  if (old.carried().tree_size() != before.tree_size() ||
      old.carried().root_hash() != before.root_hash()) {
    return WrongPredecessor(
        absl::StrCat("the state that is carried over is that of ", old.carried().tree_size(),
                     " leaves, or of another root than the one named"),
        "Name the size and root up to which the predecessor was folded.");
  }
  if (genesis.fold_version() >= old.fold_version()) return std::nullopt;
  return FieldObjection("genesis.fold_version",
                        {absl::StrCat("the predecessor went by version ", old.fold_version()),
                         "Use that version or a later one."});
}

bool HasKey(const v1::PartyObject& party, const keys::Bytes& fingerprint) {
  return std::find(party.keys().begin(), party.keys().end(), fingerprint) != party.keys().end();
}

}  // namespace

Verdict CheckPredecessor(Step& step, const v1::Genesis& genesis, const std::string& origin) {
  const auto old = step.Get<v1::LogObject>(std::string(kLogKey));
  if (!genesis.has_predecessor()) {
    if (!old.has_value()) return std::nullopt;
    return WrongPredecessor("it is not given, and the state of a log is carried over",
                            "Name that log.");
  }
  if (Verdict no = CheckPredecessorFields(genesis)) return no;
  if (genesis.fold_version() < kSuccessorsSince) {
    if (!old.has_value()) return std::nullopt;
    return FieldObjection("genesis.fold_version",
                          {"nothing can be carried over before version 3", "Use version 3."});
  }
  if (Verdict no = CheckNewLog(genesis, origin)) return no;
  if (!old.has_value()) {
    return Object(
        v1::REFUSAL_REASON_WRONG_STATE, kPredecessorPath,
        "The state of the predecessor was not carried over, so nothing can go on from it.",
        "Fold the predecessor up to the size named, and this Genesis over its state.");
  }
  return CheckCarried(*old, genesis);
}

void CarryLog(Step& step) {
  const auto old = step.Get<v1::LogObject>(std::string(kLogKey));
  if (!old.has_value()) return;
  v1::LogObject& log = step.log();
  log.set_base(old->base() + old->carried().tree_size());
  log.set_evidence(old->evidence());
  *log.mutable_former()->mutable_registrars() = old->registrars();
  log.mutable_former()->set_threshold(old->registrar_threshold());
  step.clock() = step.Get<v1::ClockObject>(std::string(kClockKey)).value_or(v1::ClockObject());
}

Verdict EnrolFounder(Step& step, const v1::PartyEntry& entry, const std::string& path) {
  const auto party = step.Get<v1::PartyObject>(PartyKey(entry.party()));
  if (!party.has_value() || !step.log().has_former()) return Enrol(step, entry, path);
  for (int i = 0; i < entry.keys_size(); ++i) {
    const keys::Bytes fingerprint =
        keys::FingerprintOf(keys::AsBytes(entry.keys(i).key())).ToBytes();
    const auto key = step.Get<v1::KeyObject>(KeyKey(keys::AsBytes(fingerprint)));
    const bool ended =
        key.has_value() &&
        (key->has_revoked_at() || (key->has_end_ms() && step.clock().time_ms() >= key->end_ms()));
    if (key.has_value() && HasKey(*party, fingerprint) && !ended) continue;
    return Object(v1::REFUSAL_REASON_DUPLICATE_NAME, absl::StrCat(path, ".keys[", i, "].key"),
                  absl::StrCat("The party ", Quoted(entry.party()),
                               " comes from the predecessor, and there this key is not one of its "
                               "own in force."),
                  "Give none but keys that the party has there; or choose another handle.");
  }
  return std::nullopt;
}

absl::StatusOr<Change> CarryOver(const View& state, merkle::TreeSize size,
                                 const merkle::NodeHash& root) {
  absl::StatusOr<std::optional<v1::LogObject>> log = ReadLog(state);
  if (!log.ok()) return log.status();
  if (!log->has_value() || !(*log)->has_standing_since() || (*log)->has_carried()) {
    return absl::FailedPreconditionError(
        absl::StrCat("after ", merkle::ToInt(size),
                     " leaves the predecessor does not stand: nothing can go on from it"));
  }
  (*log)->mutable_carried()->set_tree_size(merkle::ToInt(size));
  (*log)->mutable_carried()->set_root_hash(root.digest.ToBytes());
  return Change{std::string(kLogKey), statement::SerializeTrusted(**log)};
}

std::optional<v1::Predecessor> PredecessorOf(const v1::Statement& statement) {
  const v1::Genesis& genesis = statement.genesis();
  if (!statement.has_genesis() || !genesis.has_predecessor()) return std::nullopt;
  if (genesis.fold_version() < kSuccessorsSince) return std::nullopt;
  return genesis.predecessor();
}

}  // namespace cairn::ledger
