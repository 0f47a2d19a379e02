#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "audit/ledger/bodies.h"
#include "audit/ledger/keys.h"
#include "audit/ledger/limits.h"
#include "audit/ledger/said.h"

namespace cairn::ledger {
namespace {

Verdict CheckIncident(Step& step, const v1::Incident& body) {
  if (Verdict no = CheckAreaOf(step, body.area(), "incident.area")) return no;
  if (body.year() < kFirstYear || body.year() > kLastYear) {
    return FieldObjection("incident.year",
                          {absl::StrCat("it is ", body.year()), "Give the year, from 1900 on."});
  }
  if (body.month() < 1 || body.month() > 12) {
    return FieldObjection("incident.month",
                          {absl::StrCat("it is ", body.month()), "Give a month, 1 to 12."});
  }
  const std::pair<const char*, int> chosen[] = {{"incident.casualties", body.casualties()},
                                                {"incident.device", body.device()},
                                                {"incident.position", body.position()}};
  for (const auto& [path, value] : chosen) {
    if (MaybeComplaint complaint = CheckChosen(value)) return FieldObjection(path, *complaint);
  }
  if (MaybeComplaint complaint = CheckAnnex(body.details())) {
    return FieldObjection("incident.details", *complaint);
  }
  return std::nullopt;
}

}  // namespace

Verdict FoldLocate(Step& step) {
  const v1::Locate& body = step.statement().locate();
  if (Verdict no = CheckRecord(step, body.package(), body.record_commitment(), {}, "locate")) {
    return no;
  }
  if (MaybeComplaint complaint = CheckAnnex(body.location())) {
    return FieldObjection("locate.location", *complaint);
  }
  const keys::Bytes bytes = statement::SerializeTrusted(body);
  if (Verdict no = CheckNotSaidBefore(step, bytes, "locate")) return no;
  v1::LocationObject location;
  location.set_author(step.actor());
  location.set_leaf(step.leaf());
  *location.mutable_location() = body;
  step.Put(LocationKey(step.handover(), keys::AsBytes(step.id())), location);
  PutSaid(step);
  PutSame(step, bytes);
  return std::nullopt;
}

Verdict FoldPropose(Step& step) {
  const v1::Propose& body = step.statement().propose();
  if (Verdict no = CheckRecord(step, body.package(), body.record_commitment(), {}, "propose")) {
    return no;
  }
  if (MaybeComplaint complaint = CheckChosen(body.kind())) {
    return FieldObjection("propose.kind", *complaint);
  }
  if (MaybeComplaint complaint = CheckAnnex(body.proposal())) {
    return FieldObjection("propose.proposal", *complaint);
  }
  // One mistake is proposed once for a record, however the annex words it.
  v1::Propose kind_only = body;
  kind_only.clear_proposal();
  const keys::Bytes bytes = statement::SerializeTrusted(kind_only);
  if (Verdict no = CheckNotSaidBefore(step, bytes, "propose.kind")) return no;
  v1::ProposalObject proposal;
  proposal.set_author(step.actor());
  proposal.set_leaf(step.leaf());
  *proposal.mutable_proposal() = body;
  step.Put(ProposalKey(step.handover(), keys::AsBytes(step.id())), proposal);
  PutSaid(step);
  PutSame(step, bytes);
  return std::nullopt;
}

Verdict FoldIncident(Step& step) {
  const v1::Incident& body = step.statement().incident();
  if (Verdict no = CheckIncident(step, body)) return no;
  const keys::Bytes bytes = statement::SerializeTrusted(body);
  if (Verdict no = CheckNotSaidBefore(step, bytes, "incident")) return no;
  v1::IncidentObject incident;
  incident.set_author(step.actor());
  incident.set_leaf(step.leaf());
  *incident.mutable_incident() = body;
  step.Put(IncidentKey(step.handover(), keys::AsBytes(step.id())), incident);
  PutSaid(step);
  PutSame(step, bytes);
  return std::nullopt;
}

}  // namespace cairn::ledger
