// Statements from anywhere, signed by enrolled keys, over a state with a handover in it. The fold
// is total: whatever a verified statement says, it changes objects or is refused in words, and what
// it puts can be read again and shown. The first byte chooses who speaks and whether in the
// handover.
#include <cstdlib>

#include "audit/ledger/fold.h"
#include "audit/ledger/handover_view.h"
#include "audit/statement/canonical.h"
#include "tests/testing/ledger_script.h"
#include "tests/testing/log_builder.h"

namespace {

using cairn::testing::Id;
using cairn::testing::LogBuilder;

struct FuzzLog {
  LogBuilder log;
  Id handover;
  FuzzLog() {
    log.Found();
    handover = log.OpenHandover();
    cairn::testing::ScriptDelivery(log, handover);
  }
};

void Require(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static FuzzLog fuzz;
  if (size < 1) return 0;
  cairn::v1::Statement statement;
  if (!statement.ParseFromArray(data + 1, static_cast<int>(size - 1))) return 0;
  static const char* const kParties[] = {"holding",     "receiving",   "mediator-a", "mediator-b",
                                         "registrar-a", "registrar-b", "operator",   "assessor"};
  const cairn::v1::Statement envelope = fuzz.log.Say(kParties[data[0] & 7], fuzz.handover);
  statement.set_log_origin(envelope.log_origin());
  statement.set_actor(envelope.actor());
  statement.set_key(envelope.key());
  statement.set_sequence(envelope.sequence());
  statement.set_previous(envelope.previous());
  statement.set_handover((data[0] & 8) != 0 ? envelope.handover() : "");
  statement.set_issued_at_ms(envelope.issued_at_ms());
  statement.set_expires_at_ms(envelope.expires_at_ms());
  statement.DiscardUnknownFields();
  const auto bytes = cairn::statement::CanonicalBytes(statement);
  if (!bytes.ok() || bytes->size() > cairn::statement::kMaxStatementBytes ||
      statement.body_case() == cairn::v1::Statement::BODY_NOT_SET) {
    return 0;
  }
  const auto verified = fuzz.log.Verified(statement);
  const auto outcome = cairn::ledger::Fold(fuzz.log.state(), fuzz.log.NextLeaf(), verified);
  Require(outcome.ok());
  if (!outcome->accepted()) {
    Require(outcome->changes.empty() && !outcome->refusal->message().empty());
    Require(cairn::statement::CanonicalBytes(*outcome->refusal).ok());
    return 0;
  }
  Require(!outcome->changes.empty());
  cairn::ledger::MemoryState state = fuzz.log.state();
  state.Apply(outcome->changes);
  const auto after = cairn::merkle::SizeThrough(fuzz.log.NextLeaf());
  Require(cairn::ledger::ReadHandover(state, fuzz.handover, after).ok());
  Require(cairn::ledger::ReadFacts(state, fuzz.handover, after).ok());
  Require(cairn::ledger::NextDue(state).ok());
  return 0;
}
