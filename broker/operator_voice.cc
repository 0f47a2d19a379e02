#include "broker/operator_voice.h"

#include <memory>
#include <optional>
#include <utility>
#include <variant>

#include "absl/strings/str_cat.h"
#include "audit/ledger/read.h"
#include "audit/statement/refusal.h"

namespace cairn::broker {
namespace {

constexpr std::uint64_t kOperatorValidityMs = std::uint64_t{24} * 60 * 60 * 1000;
constexpr int kChainAttempts = 3;

// Where one outcome is waited for.
struct OutcomeBox {
  log::Mutex mutex;
  log::CondVar filled;
  std::optional<log::Outcome> outcome ABSL_GUARDED_BY(mutex);
};

bool IsChainReason(v1::RefusalReason reason) {
  return reason == v1::REFUSAL_REASON_SEQUENCE || reason == v1::REFUSAL_REASON_PREVIOUS;
}

}  // namespace

OperatorVoice::OperatorVoice(std::string origin, std::string party,
                             const keys::SigningPrivateKey& key, log::Store& store,
                             log::Sequencer& sequencer, std::function<std::uint64_t()> now_ms)
    : origin_(std::move(origin)),
      party_(std::move(party)),
      key_(key),
      store_(store),
      sequencer_(sequencer),
      now_ms_(std::move(now_ms)) {}

absl::StatusOr<statement::VerifiedStatement> OperatorVoice::Compose(v1::Statement statement) {
  const auto chain = ledger::ReadChain(store_, key_.Public().Fingerprint().View());
  if (!chain.ok()) return chain.status();
  statement.set_log_origin(origin_);
  statement.set_actor(party_);
  statement.set_sequence(chain->sequence() + 1);
  statement.set_previous(chain->head());
  const std::shared_ptr<const log::SignedHead> head = sequencer_.Head();
  if (head != nullptr && merkle::ToInt(head->head.size) > 0) {
    statement.mutable_seen()->set_tree_size(merkle::ToInt(head->head.size));
    statement.mutable_seen()->set_root_hash(head->head.root.digest.ToBytes());
  }
  statement.set_issued_at_ms(now_ms_());
  statement.set_expires_at_ms(statement.issued_at_ms() + kOperatorValidityMs);
  const absl::StatusOr<keys::Bytes> bytes = statement::Sign(std::move(statement), key_);
  if (!bytes.ok()) return bytes.status();
  return statement::Verify(keys::AsBytes(*bytes));
}

log::Outcome OperatorVoice::LogOne(const statement::VerifiedStatement& verified) {
  const auto box = std::make_shared<OutcomeBox>();
  absl::Status submitted =
      sequencer_.Submit({.statement = verified, .done = [box](log::Outcome outcome) {
                           log::MutexLock lock(box->mutex);
                           box->outcome = std::move(outcome);
                           box->filled.NotifyAll();
                         }});
  if (!submitted.ok()) return submitted;
  log::MutexLock lock(box->mutex);
  while (!box->outcome.has_value()) box->filled.Wait(box->mutex);
  return *std::move(box->outcome);
}

absl::StatusOr<Said> OperatorVoice::Say(const v1::Statement& what) {
  log::MutexLock lock(speaking_);
  std::string refused;
  for (int attempt = 0; attempt < kChainAttempts; ++attempt) {
    const absl::StatusOr<statement::VerifiedStatement> verified = Compose(what);
    if (!verified.ok()) return verified.status();
    log::Outcome outcome = LogOne(*verified);
    if (auto* logged = std::get_if<log::Logged>(&outcome)) {
      return Said{.id = verified->id(), .logged = std::move(*logged)};
    }
    if (auto* status = std::get_if<absl::Status>(&outcome)) return std::move(*status);
    const auto refusal = statement::ReadRefusalUnverified(std::get<v1::SignedRefusal>(outcome));
    if (!refusal.ok()) return refusal.status();
    refused = absl::StrCat(v1::RefusalReason_Name(refusal->reason()), " ", refusal->field(), ": ",
                           refusal->message(), " ", refusal->remedy());
    if (!IsChainReason(refusal->reason())) break;
  }
  return absl::FailedPreconditionError(absl::StrCat("the log refused the statement: ", refused));
}

}  // namespace cairn::broker
