// A log in memory, made statement by statement: keys from seeds, real signatures, the real fold.
// The same calls give the same bytes on every machine, so that states can be compared with files.
//
//   LogBuilder log;
//   log.Found();                                   // Genesis, three registrars, endorsed by two
//   const Id handover = log.OpenHandover();        // parties enrolled, charter accepted, in force
//   v1::Statement s = log.Say("holding", handover);
//   *s.mutable_submit_package() = log.SomePackage("S1");
//   const Id package = log.Accept(s);              // throws with the refusal if it is refused
//   const v1::Refusal no = log.Refuse(s);          // throws if it is accepted; changes nothing
//
// Parties of Found: "operator", "registrar-a", "registrar-b", "registrar-c" (threshold 2). Of
// OpenHandover: "holding", "receiving", "mediator-a", "mediator-b" (threshold 2), "assessor",
// "auditor". Each party has the signing key "<party>/desk" (ALL_ACTS), the recovery key
// "<party>/vault", and the sealing keys "<party>/seal-1" and "<party>/seal-2".
//
// Nothing here is thread-safe. Mistakes of a test throw std::runtime_error.
#ifndef CAIRN_TESTS_TESTING_LOG_BUILDER_H_
#define CAIRN_TESTS_TESTING_LOG_BUILDER_H_

#include <cstdint>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "audit/ledger/carry.h"
#include "audit/ledger/fold.h"
#include "audit/ledger/read.h"
#include "audit/ledger/view.h"
#include "audit/merkle/frontier.h"
#include "audit/merkle/hash.h"
#include "audit/note/checkpoint.h"
#include "audit/statement/entry.h"
#include "audit/statement/statement.h"
#include "cairn/v1/statement.pb.h"
#include "keys/digest.h"
#include "keys/possession.h"
#include "keys/sealing.h"
#include "keys/secret.h"
#include "keys/signing.h"
#include "keys/vkey.h"

namespace cairn::testing {

using Id = statement::StatementId;

class LogBuilder {
 public:
  static constexpr std::uint64_t kStartMs = 1'628'467'200'000;  // 2021-08-09, UTC.
  static constexpr std::uint64_t kDayMs = 86'400'000;

  explicit LogBuilder(std::string origin = "log.example.org/test") : origin_(std::move(origin)) {}

  // A log that goes on from all leaves of `predecessor`, with its parties, chains and handovers.
  LogBuilder(const LogBuilder& predecessor, std::string origin)
      : origin_(std::move(origin)),
        log_key_name_("the log " + origin_),
        now_ms_(predecessor.now_ms_),
        state_(predecessor.state_),
        chains_(predecessor.chains_),
        signer_of_(predecessor.signer_of_) {
    state_.Apply(
        {Must(ledger::CarryOver(state_, predecessor.size(), predecessor.frontier_.Root()))});
    predecessor_.emplace();
    predecessor_->set_log_origin(predecessor.origin_);
    predecessor_->set_log_vkey(predecessor.LogVkey().ToString());
    predecessor_->set_genesis((*ledger::ReadLog(predecessor.state_))->genesis());
    predecessor_->set_tree_size(merkle::ToInt(predecessor.size()));
    predecessor_->set_root_hash(predecessor.frontier_.Root().digest.ToBytes());
  }

  // --- Keys --------------------------------------------------------------------------------------

  static keys::SecretBytes Seed(const std::string& name) {
    return keys::SecretBytes::CopyOf(keys::Sha256(keys::AsBytes("seed of " + name)).View());
  }
  static keys::SigningPrivateKey SigningKey(const std::string& name) {
    return *keys::SigningPrivateKey::FromSeed(Seed(name));
  }
  static keys::SealingPrivateKey SealingKey(const std::string& name) {
    return *keys::SealingPrivateKey::FromSecret(Seed(name));
  }
  static keys::Bytes Fingerprint(const std::string& name) {
    return SigningKey(name).Public().Fingerprint().ToBytes();
  }
  keys::SigningPrivateKey LogKey() const { return SigningKey(log_key_name_); }
  keys::VerifierKey LogVkey() const {
    return *keys::VerifierKey::Create(origin_, keys::NoteKeyType::kEd25519, LogKey().Public());
  }

  v1::KeyGrant Grant(const std::string& party, const std::string& key_name,
                     const std::vector<v1::KeyRole>& roles) const {
    const keys::SigningPrivateKey key = SigningKey(key_name);
    return MakeGrant(party, key_name, key.Public().TypedBytes(), roles, key);
  }
  v1::KeyGrant SealingGrant(const std::string& party, const std::string& key_name,
                            const std::string& voucher,
                            const std::vector<v1::KeyRole>& roles = {v1::KEY_ROLE_SEALING}) const {
    return MakeGrant(party, key_name, SealingKey(key_name).Public().TypedBytes(), roles,
                     SigningKey(voucher));
  }
  v1::PartyEntry Entry(const std::string& party) const {
    v1::PartyEntry entry;
    entry.set_party(party);
    entry.set_name("Office of " + party);
    *entry.add_keys() = Grant(party, party + "/desk", {v1::KEY_ROLE_ALL_ACTS});
    *entry.add_keys() = Grant(party, party + "/vault", {v1::KEY_ROLE_RECOVERY});
    for (const char* seal : {"/seal-1", "/seal-2"}) {
      *entry.add_keys() = SealingGrant(party, party + seal, party + "/desk",
                                       {v1::KEY_ROLE_SEALING, v1::KEY_ROLE_SEALING_PERSONS});
    }
    return entry;
  }

  // --- Statements --------------------------------------------------------------------------------

  // An envelope for the next statement of the party's desk key, or of the key named. The body is
  // still to be set.
  v1::Statement Say(const std::string& party, const std::string& key_name = "") {
    const std::string name = key_name.empty() ? party + "/desk" : key_name;
    v1::Statement statement;
    statement.set_log_origin(origin_);
    statement.set_actor(party);
    statement.set_key(Fingerprint(name));
    signer_of_[statement.key()] = name;
    const Chain& chain = chains_[statement.key()];
    statement.set_sequence(chain.sequence + 1);
    statement.set_previous(chain.head);
    statement.set_issued_at_ms(now_ms_);
    statement.set_expires_at_ms(now_ms_ + 30 * kDayMs);
    return statement;
  }
  v1::Statement Say(const std::string& party, const Id& handover,
                    const std::string& key_name = "") {
    v1::Statement statement = Say(party, key_name);
    statement.set_handover(handover.ToBytes());
    return statement;
  }

  // The signed bytes, by the key that the envelope names.
  keys::Bytes Sign(const v1::Statement& statement) const {
    return Must(statement::Sign(statement, SigningKey(signer_of_.at(statement.key()))));
  }
  statement::VerifiedStatement Verified(const v1::Statement& statement) const {
    return Must(statement::Verify(keys::AsBytes(Sign(statement))));
  }

  // What the fold says of it as the next leaf. Changes nothing.
  ledger::FoldOutcome Try(const v1::Statement& statement) const {
    return Must(ledger::Fold(state_, NextLeaf(), Verified(statement)));
  }
  Id Accept(const v1::Statement& statement) {
    const statement::VerifiedStatement verified = Verified(statement);
    const ledger::FoldOutcome outcome = Must(ledger::Fold(state_, NextLeaf(), verified));
    if (!outcome.accepted()) {
      throw std::runtime_error("refused: " + outcome.refusal->ShortDebugString());
    }
    state_.Apply(outcome.changes);
    chains_[statement.key()] = {statement.sequence(), verified.id().ToBytes()};
    Append(verified.signed_bytes());
    return verified.id();
  }
  v1::Refusal Refuse(const v1::Statement& statement) const {
    ledger::FoldOutcome outcome = Try(statement);
    if (outcome.accepted()) throw std::runtime_error("accepted: " + statement.ShortDebugString());
    return *std::move(outcome.refusal);
  }
  // A leaf that an honest operator would not have logged: no change of state.
  void AppendRefused(const v1::Statement& statement) { Append(Sign(statement)); }

  // --- A log that stands -------------------------------------------------------------------------

  v1::Statement GenesisStatement() {
    v1::Statement statement = Say("operator");
    v1::Genesis& genesis = *statement.mutable_genesis();
    genesis.set_log_vkey(LogVkey().ToString());
    *genesis.mutable_operator_() = Entry("operator");
    for (const char* registrar : {"registrar-a", "registrar-b", "registrar-c"}) {
      *genesis.add_registrars() = Entry(registrar);
    }
    genesis.set_registrar_threshold(2);
    genesis.set_fold_version(ledger::kFoldVersion);
    genesis.set_progress_policy("quorum none\n");
    genesis.set_final_policy("quorum none\n");
    if (predecessor_.has_value()) *genesis.mutable_predecessor() = *predecessor_;
    return statement;
  }
  // Genesis, the endorsements of two registrars, and a first Witnessed leaf.
  Id Found() {
    const Id genesis = Accept(GenesisStatement());
    Endorse("registrar-a", genesis);
    Endorse("registrar-b", genesis);
    Witness(now_ms_);
    return genesis;
  }
  Id Endorse(const std::string& party, const Id& act) {
    v1::Statement statement = Say(party);
    statement.mutable_endorse()->set_statement(act.ToBytes());
    return Accept(statement);
  }
  Id Endorse(const std::string& party, const Id& handover, const Id& act) {
    v1::Statement statement = Say(party, handover);
    statement.mutable_endorse()->set_statement(act.ToBytes());
    return Accept(statement);
  }
  // Proposed by registrar-a, endorsed by registrar-b: the log ends.
  Id Freeze() {
    v1::Statement statement = Say("registrar-a");
    statement.mutable_freeze()->set_reason(v1::FREEZE_REASON_KEY_CHANGE);
    return Endorse("registrar-b", Accept(statement));
  }
  // Proposed by registrar-a, endorsed by registrar-b: in effect.
  void Enrol(const std::string& party) {
    v1::Statement statement = Say("registrar-a");
    *statement.mutable_enrol_party()->mutable_entry() = Entry(party);
    Endorse("registrar-b", Accept(statement));
  }
  v1::Statement WitnessedStatement(std::uint64_t time_ms) {
    v1::Statement statement = Say("operator");
    statement.mutable_witnessed()->set_note(Note());
    statement.mutable_witnessed()->set_operator_time_ms(time_ms);
    return statement;
  }
  // A Witnessed leaf over all leaves so far; new statements are issued at its time.
  Id Witness(std::uint64_t time_ms) {
    now_ms_ = time_ms;
    return Accept(WitnessedStatement(time_ms));
  }

  // --- A handover --------------------------------------------------------------------------------

  v1::Charter SomeCharter() const {
    v1::Charter charter;
    charter.set_name("H-TEST");
    charter.set_exercise(true);
    AddParty(charter, "holding", v1::CHARTER_ROLE_HOLDING);
    AddParty(charter, "receiving", v1::CHARTER_ROLE_RECEIVING);
    AddParty(charter, "mediator-a", v1::CHARTER_ROLE_MEDIATOR);
    AddParty(charter, "mediator-b", v1::CHARTER_ROLE_MEDIATOR);
    AddParty(charter, "assessor", v1::CHARTER_ROLE_ASSESSOR);
    AddParty(charter, "auditor", v1::CHARTER_ROLE_AUDITOR);
    charter.set_mediator_threshold(2);
    for (const char* area : {"north", "south", "east"}) {
      v1::CharterArea& added = *charter.add_areas();
      added.set_area(area);
      added.set_name(std::string("District ") + area);
    }
    for (const char* source : {"archive", "brigade"}) {
      v1::CharterSource& added = *charter.add_sources();
      added.set_source(source);
      added.set_name(std::string("Source ") + source);
    }
    charter.mutable_rule_set()->set_id("APII-1996");
    charter.mutable_rule_set()->set_version(1);
    charter.mutable_rule_set()->set_digest(Digest("rule set"));
    v1::Recipient& recipient = *charter.add_recipients();
    recipient.set_party("receiving");
    recipient.add_keys(SealingKey("receiving/seal-1").Public().TypedBytes());
    recipient.add_keys(SealingKey("receiving/seal-2").Public().TypedBytes());
    recipient.add_persons_keys(SealingKey("receiving/seal-1").Public().TypedBytes());
    charter.set_progress_policy("quorum none\n");
    charter.set_final_policy("quorum none\n");
    charter.mutable_terms()->set_custody_ms(3 * kDayMs);
    charter.mutable_terms()->set_answer_ms(5 * kDayMs);
    charter.mutable_terms()->set_position_ms(7 * kDayMs);
    charter.mutable_escrow()->set_policy(v1::RELEASE_POLICY_NONE);
    return charter;
  }
  void EnrolAll() {
    for (const char* party :
         {"holding", "receiving", "mediator-a", "mediator-b", "assessor", "auditor"}) {
      Enrol(party);
    }
  }
  Id Open(const v1::Charter& charter) {
    v1::Statement statement = Say("mediator-a");
    *statement.mutable_open_handover()->mutable_charter() = charter;
    return Accept(statement);
  }
  Id AcceptCharter(const std::string& party, const Id& handover) {
    v1::Statement statement = Say(party, handover);
    statement.mutable_accept_charter()->set_charter(handover.ToBytes());
    return Accept(statement);
  }
  void AcceptByAll(const v1::Charter& charter, const Id& handover) {
    for (const v1::CharterParty& named : charter.parties()) AcceptCharter(named.party(), handover);
  }
  // Enrols the parties and brings SomeCharter into force.
  Id OpenHandover() {
    EnrolAll();
    const Id handover = Open(SomeCharter());
    AcceptByAll(SomeCharter(), handover);
    return handover;
  }

  // An original with three records of "north" from the archive.
  v1::SubmitPackage SomePackage(const std::string& name) const {
    v1::SubmitPackage body;
    body.set_kind(v1::PACKAGE_KIND_ORIGINAL);
    body.set_digest(Digest("package " + name));
    body.set_size(1000);
    body.set_record_root(Digest("records " + name));
    body.set_record_count(3);
    body.set_attachment_count(3);
    body.set_attachment_bytes(300);
    body.set_page_count(6);
    body.set_manifest_digest(Digest("manifest " + name));
    v1::SubmissionRow& row = *body.add_rows();
    row.set_area("north");
    row.set_source("archive");
    row.set_documents(3);
    v1::CategoryCount& mines = *row.add_mines();
    mines.set_category(v1::MINE_CATEGORY_ANTI_TANK);
    mines.set_mines(120);
    mines.set_precision(v1::PRECISION_EXACT);
    row.set_continuation(v1::CONTINUATION_MORE_FOLLOWS);
    return body;
  }
  Id Submit(const Id& handover, const std::string& name) {
    v1::Statement statement = Say("holding", handover);
    *statement.mutable_submit_package() = SomePackage(name);
    return Accept(statement);
  }
  v1::Acknowledge SomeAcknowledgement(const std::string& name, v1::AcknowledgeKind kind) const {
    const v1::SubmitPackage package = SomePackage(name);
    v1::Acknowledge body;
    body.set_kind(kind);
    body.set_package(package.digest());
    body.set_size(package.size());
    body.set_record_root(package.record_root());
    return body;
  }
  Id Acknowledge(const Id& handover, const std::string& name, v1::AcknowledgeKind kind) {
    v1::Statement statement = Say("receiving", handover);
    *statement.mutable_acknowledge() = SomeAcknowledgement(name, kind);
    return Accept(statement);
  }

  // --- What came of it ---------------------------------------------------------------------------

  static keys::Bytes Digest(const std::string& of) {
    return keys::Sha256(keys::AsBytes(of)).ToBytes();
  }
  static v1::AnnexRef Annex(const std::string& of) {
    v1::AnnexRef annex;
    annex.set_digest(Digest(of));
    annex.set_size(of.size());
    return annex;
  }

  const std::string& origin() const { return origin_; }
  const ledger::MemoryState& state() const { return state_; }
  const std::vector<keys::Bytes>& entries() const { return entries_; }  // One a leaf.
  merkle::TreeSize size() const { return frontier_.size(); }
  merkle::LeafIndex NextLeaf() const { return merkle::NextLeaf(frontier_.size()); }
  std::uint64_t now_ms() const { return now_ms_; }
  void set_now_ms(std::uint64_t now_ms) { now_ms_ = now_ms; }
  // The log's signed note over all leaves so far.
  std::string Note() const {
    return Must(note::SignCheckpoint(
        {.origin = origin_, .size = frontier_.size(), .root = frontier_.Root()}, LogKey()));
  }

 private:
  struct Chain {
    std::uint64_t sequence = 0;
    keys::Bytes head;
  };

  template <typename T>
  static T Must(absl::StatusOr<T> result) {
    if (!result.ok()) throw std::runtime_error(result.status().ToString());
    return *std::move(result);
  }
  v1::KeyGrant MakeGrant(const std::string& party, const std::string& name,
                         const keys::Bytes& typed_key, const std::vector<v1::KeyRole>& roles,
                         const keys::SigningPrivateKey& prover) const {
    v1::KeyGrant grant;
    grant.set_key(typed_key);
    grant.set_name(name);
    for (const v1::KeyRole role : roles) grant.add_roles(role);
    grant.set_possession(keys::ProvePossession(prover, origin_, party, keys::AsBytes(typed_key)));
    return grant;
  }
  static void AddParty(v1::Charter& charter, const std::string& party, v1::CharterRole role) {
    v1::CharterParty& added = *charter.add_parties();
    added.set_party(party);
    added.add_roles(role);
  }
  void Append(const keys::Bytes& signed_statement) {
    entries_.push_back(statement::EncodeEntry(now_ms_, keys::AsBytes(signed_statement)));
    frontier_.Append(merkle::HashLeaf(keys::AsBytes(entries_.back())));
  }

  std::string origin_;
  std::string log_key_name_ = "the log";
  std::optional<v1::Predecessor> predecessor_;
  std::uint64_t now_ms_ = kStartMs;
  ledger::MemoryState state_;
  merkle::Frontier frontier_;
  std::vector<keys::Bytes> entries_;
  std::map<keys::Bytes, Chain> chains_;           // By fingerprint.
  std::map<keys::Bytes, std::string> signer_of_;  // Names of keys, by fingerprint.
};

}  // namespace cairn::testing

#endif  // CAIRN_TESTS_TESTING_LOG_BUILDER_H_
