// A log of few parties for tests, benchmarks and the programs they start: an operator, registrars,
// and statements that each of them can sign one after the other. Keys come from fixed seeds: the
// same arguments give the same bytes.
#ifndef CAIRN_TESTS_TESTING_SMALL_LOG_H_
#define CAIRN_TESTS_TESTING_SMALL_LOG_H_

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "audit/merkle/types.h"
#include "audit/statement/statement.h"
#include "cairn/v1/statement.pb.h"
#include "keys/bytes.h"
#include "keys/digest.h"
#include "keys/dsse.h"
#include "keys/possession.h"
#include "keys/secret.h"
#include "keys/signing.h"
#include "keys/vkey.h"

namespace cairn::testing {

// The value, or the end of the test.
template <typename T>
T OrDie(absl::StatusOr<T> result) {
  if (!result.ok()) {
    std::fprintf(stderr, "%s\n", result.status().ToString().c_str());
    std::abort();
  }
  return *std::move(result);
}

inline keys::SigningPrivateKey KeyFromName(absl::string_view name) {
  const keys::Digest seed = keys::Sha256(keys::AsBytes(name));
  return OrDie(keys::SigningPrivateKey::FromSeed(keys::SecretBytes::CopyOf(seed.View())));
}

// A party with one signing key, and where that key's chain stands on the signer's side.
class Speaker {
 public:
  Speaker(std::string origin, std::string party)
      : origin_(std::move(origin)),
        party_(std::move(party)),
        key_(KeyFromName(absl::StrCat(origin_, "/", party_))),
        recovery_(KeyFromName(absl::StrCat(origin_, "/", party_, "/recovery"))) {}

  const std::string& party() const { return party_; }
  const keys::SigningPrivateKey& key() const { return key_; }
  std::uint64_t sequence() const { return sequence_; }
  const keys::Bytes& previous() const { return previous_; }
  // Puts the chain back, as a signer does whose statement was refused.
  void SetChain(std::uint64_t sequence, keys::Bytes previous) {
    sequence_ = sequence;
    previous_ = std::move(previous);
  }
  // The newest note that this party has seen, for all that it signs from now on.
  void SetSeen(merkle::TreeSize size, const merkle::NodeHash& root) {
    seen_.emplace();
    seen_->set_tree_size(merkle::ToInt(size));
    seen_->set_root_hash(root.digest.ToBytes());
  }

  // When this party says that it signs; what it signs expires a day later.
  void SetIssuedAt(std::uint64_t issued_at_ms) { issued_at_ms_ = issued_at_ms; }

  v1::PartyEntry Entry() const {
    v1::PartyEntry entry;
    entry.set_party(party_);
    entry.set_name(absl::StrCat("Office of ", party_));
    AddGrant(key_, v1::KEY_ROLE_ALL_ACTS, "desk", entry);
    AddGrant(recovery_, v1::KEY_ROLE_RECOVERY, "vault", entry);
    return entry;
  }

  // Signs `statement`, whose body is set, as the next of this key, and moves the chain on.
  keys::Bytes Sign(v1::Statement statement) {
    statement.set_log_origin(origin_);
    statement.set_actor(party_);
    statement.set_sequence(sequence_ + 1);
    statement.set_previous(previous_);
    if (seen_) *statement.mutable_seen() = *seen_;
    statement.set_issued_at_ms(issued_at_ms_);
    statement.set_expires_at_ms(issued_at_ms_ + 86'400'000);
    keys::Bytes bytes = OrDie(statement::Sign(std::move(statement), key_));
    ++sequence_;
    v1::SignedStatement wrapper;
    if (!wrapper.ParseFromString(bytes)) std::abort();
    previous_ = statement::IdOf(keys::AsBytes(wrapper.statement())).ToBytes();
    return bytes;
  }
  statement::VerifiedStatement SignVerified(v1::Statement statement) {
    return OrDie(statement::Verify(keys::AsBytes(Sign(std::move(statement)))));
  }

  // What anyone enrolled may say at any time, in no handover: a claim about a number.
  static v1::Statement Claim(std::uint64_t number) {
    v1::Statement statement;
    v1::Claim& claim = *statement.mutable_claim();
    claim.set_speaker("A ministry");
    claim.set_source_digest(keys::Sha256(keys::AsBytes("a newspaper")).ToBytes());
    claim.set_said_day(18848);
    claim.set_subject(v1::CLAIM_SUBJECT_MINES_DELIVERED);
    claim.mutable_quantity()->set_precision(v1::PRECISION_EXACT);
    claim.mutable_quantity()->set_value(number);
    return statement;
  }
  statement::VerifiedStatement SignClaim(std::uint64_t number) {
    return SignVerified(Claim(number));
  }
  statement::VerifiedStatement SignEndorse(const statement::StatementId& id) {
    v1::Statement statement;
    statement.mutable_endorse()->set_statement(id.ToBytes());
    return SignVerified(std::move(statement));
  }
  statement::VerifiedStatement SignEnrol(const Speaker& other) {
    v1::Statement statement;
    *statement.mutable_enrol_party()->mutable_entry() = other.Entry();
    return SignVerified(std::move(statement));
  }

 private:
  void AddGrant(const keys::SigningPrivateKey& key, v1::KeyRole role, const char* name,
                v1::PartyEntry& entry) const {
    v1::KeyGrant& grant = *entry.add_keys();
    grant.set_key(key.Public().TypedBytes());
    grant.set_name(name);
    grant.add_roles(role);
    grant.set_possession(keys::ProvePossession(key, origin_, party_, keys::AsBytes(grant.key())));
  }

  std::string origin_;
  std::string party_;
  keys::SigningPrivateKey key_;
  keys::SigningPrivateKey recovery_;
  std::uint64_t sequence_ = 0;
  keys::Bytes previous_;
  std::optional<v1::Seen> seen_;
  std::uint64_t issued_at_ms_ = 1'700'000'000'000;
};

// Operator, log key, and a registrar whose word alone is enough.
class SmallLog {
 public:
  explicit SmallLog(std::string origin = "log.example.org/small")
      : origin_(std::move(origin)),
        log_key_(KeyFromName(absl::StrCat(origin_, "/log"))),
        operator_(origin_, "operator"),
        registrar_(origin_, "registrar") {}

  const std::string& origin() const { return origin_; }
  const keys::SigningPrivateKey& log_key() const { return log_key_; }
  keys::VerifierKey vkey() const {
    return OrDie(
        keys::VerifierKey::Create(origin_, keys::NoteKeyType::kEd25519, log_key_.Public()));
  }
  Speaker& the_operator() { return operator_; }
  Speaker& registrar() { return registrar_; }
  Speaker NewSpeaker(std::string party) const { return Speaker(origin_, std::move(party)); }

  // Leaves 0 and 1: the Genesis and its endorsement, after which the log stands.
  std::vector<statement::VerifiedStatement> Founding() {
    v1::Statement statement;
    v1::Genesis& genesis = *statement.mutable_genesis();
    genesis.set_log_vkey(vkey().ToString());
    *genesis.mutable_operator_() = operator_.Entry();
    *genesis.add_registrars() = registrar_.Entry();
    genesis.set_registrar_threshold(1);
    genesis.set_fold_version(1);
    genesis.set_progress_policy("quorum none\n");
    genesis.set_final_policy("quorum none\n");
    std::vector<statement::VerifiedStatement> founding;
    founding.push_back(operator_.SignVerified(std::move(statement)));
    founding.push_back(registrar_.SignEndorse(founding.front().id()));
    return founding;
  }

 private:
  std::string origin_;
  keys::SigningPrivateKey log_key_;
  Speaker operator_;
  Speaker registrar_;
};

}  // namespace cairn::testing

#endif  // CAIRN_TESTS_TESTING_SMALL_LOG_H_
