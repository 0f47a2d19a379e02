#include <string>

#include "absl/strings/str_cat.h"
#include "audit/ledger/bodies.h"
#include "audit/ledger/keys.h"
#include "audit/ledger/limits.h"
#include "audit/ledger/read.h"

namespace cairn::ledger {
namespace {

bool HasAccepted(const v1::HandoverObject& handover, absl::string_view party) {
  for (const v1::CharterAcceptance& accepted : handover.accepted()) {
    if (accepted.party() == party) return true;
  }
  return false;
}

Verdict CheckAreaPosition(const v1::AreaPosition& position, const v1::CharterArea& area,
                          const std::string& path) {
  if (position.area() != area.area()) {
    return FieldObjection(absl::StrCat(path, ".area"),
                          {absl::StrCat("here the charter has the area ", Quoted(area.area())),
                           "List every area in scope, in the charter's order."});
  }
  if (MaybeComplaint complaint = CheckChosen(position.settlement())) {
    return FieldObjection(absl::StrCat(path, ".settlement"), *complaint);
  }
  const bool settled = position.settlement() == v1::SETTLEMENT_SETTLED;
  if (position.records_owed() > (settled ? 0 : kMaxCount)) {
    return FieldObjection(absl::StrCat(path, ".records_owed"),
                          {absl::StrCat("it is ", position.records_owed()),
                           "In a settled area no records are owed."});
  }
  return std::nullopt;
}

}  // namespace

Verdict FoldOpenHandover(Step& step) {
  const v1::Charter& charter = step.statement().open_handover().charter();
  if (!HasRole(charter, step.actor(), v1::CHARTER_ROLE_MEDIATOR)) {
    return Object(v1::REFUSAL_REASON_NOT_ENTITLED, "actor",
                  absl::StrCat(Quoted(step.actor()),
                               " is no mediator of the charter that it "
                               "opens."),
                  "A mediator that the charter names opens the handover.");
  }
  if (Verdict no = CheckCharter(step, charter, "open_handover.charter")) return no;
  const keys::Bytes id = step.id();
  v1::CharterObject object;
  object.set_statement(id);
  *object.mutable_charter() = charter;
  object.set_opened_by(step.actor());
  object.set_leaf(step.leaf());
  step.Put(CharterKey(keys::AsBytes(id)), object);
  step.Put(HandoverKey(keys::AsBytes(id)), v1::HandoverObject());
  return std::nullopt;
}

Verdict FoldAcceptCharter(Step& step) {
  const std::string& named = step.statement().accept_charter().charter();
  if (named != step.statement().handover()) {
    return Object(
        v1::REFUSAL_REASON_UNKNOWN_REFERENCE, "accept_charter.charter",
        absl::StrCat("The charter to accept here is ", Short(step.statement().handover()), "."),
        "Give the id of the OpenHandover statement whose charter you have read.");
  }
  const std::string key = HandoverKey(step.handover());
  v1::HandoverObject handover = step.Get<v1::HandoverObject>(key).value_or(v1::HandoverObject());
  if (HasAccepted(handover, step.actor())) {
    return Object(v1::REFUSAL_REASON_WRONG_STATE, "accept_charter",
                  absl::StrCat(Quoted(step.actor()), " has accepted the charter already."),
                  "Nothing is left to do for this party.");
  }
  v1::CharterAcceptance& acceptance = *handover.add_accepted();
  acceptance.set_party(step.actor());
  acceptance.set_leaf(step.leaf());
  // Only named parties get here, each once: equal numbers mean that all have accepted.
  if (handover.accepted_size() == step.charter().parties_size()) {
    handover.set_in_force_since(step.leaf());
  }
  step.Put(key, handover);
  return std::nullopt;
}

Verdict FoldCloseHandover(Step& step) {
  const v1::CloseHandover& body = step.statement().close_handover();
  const v1::Charter& charter = step.charter();
  if (body.areas_size() != charter.areas_size()) {
    return FieldObjection("close_handover.areas",
                          {absl::StrCat("it has ", body.areas_size(), " areas; the charter has ",
                                        charter.areas_size()),
                           "List every area in scope, in the charter's order."});
  }
  for (int i = 0; i < body.areas_size(); ++i) {
    if (Verdict no = CheckAreaPosition(body.areas(i), charter.areas(i),
                                       absl::StrCat("close_handover.areas[", i, "]"))) {
      return no;
    }
  }
  return FoldThresholdAct(step, Quorum::kMediators);
}

Verdict TakeEffectCloseHandover(Step& step, const v1::CloseHandover& act) {
  const std::string key = HandoverKey(step.handover());
  v1::HandoverObject handover = step.Get<v1::HandoverObject>(key).value_or(v1::HandoverObject());
  handover.set_closed_at(step.leaf());
  *handover.mutable_closing() = act.areas();
  step.Put(key, handover);
  return std::nullopt;
}

}  // namespace cairn::ledger
