#include <algorithm>
#include <string>

#include "absl/strings/str_cat.h"
#include "audit/ledger/bodies.h"
#include "audit/ledger/keys.h"
#include "audit/ledger/limits.h"
#include "audit/ledger/read.h"
#include "audit/ledger/said.h"

namespace cairn::ledger {
namespace {

Verdict CheckSurvey(const v1::Finding& body) {
  if (MaybeComplaint complaint = CheckChosen(body.method())) {
    return FieldObjection("finding.method", *complaint);
  }
  const bool disproof = body.kind() == v1::FINDING_KIND_FIELD_DISPROOF;
  if (disproof && body.method() == v1::FINDING_METHOD_NON_TECHNICAL) {
    return FieldObjection("finding.method",
                          {"a non-technical survey cannot disprove a record",
                           "A disproof needs a search of the ground: technical survey or full "
                           "clearance. What people told is another kind of finding."});
  }
  if (MaybeComplaint complaint = CheckCount(body.depth_mm(), disproof ? 1 : 0, kMaxSearchDepthMm)) {
    return FieldObjection("finding.depth_mm", *complaint);
  }
  if (body.first_day() <= 0 || body.last_day() < body.first_day()) {
    return FieldObjection(
        "finding.last_day",
        {absl::StrCat("the work ran from day ", body.first_day(), " to day ", body.last_day()),
         "Give the first and the last day of the work, in this order."});
  }
  if (MaybeComplaint complaint = CheckMines(body.devices())) {
    return FieldObjection("finding.devices", *complaint);
  }
  if (MaybeComplaint complaint = CheckAnnex(body.report())) {
    return FieldObjection("finding.report", *complaint);
  }
  return std::nullopt;
}

// UNRECORDED is about ground that no record covers; everything else is about a record.
Verdict CheckSubject(Step& step, const v1::Finding& body) {
  if (body.kind() != v1::FINDING_KIND_UNRECORDED) {
    return CheckRecord(step, body.package(), body.record_commitment(), body.area(), "finding");
  }
  if (body.package().empty() && body.record_commitment().empty()) {
    return CheckAreaOf(step, body.area(), "finding.area");
  }
  return FieldObjection("finding.record_commitment",
                        {"mines where no record says so are about no record",
                         "Leave package and record out, and name the area."});
}

bool Concerns(Step& step, const v1::FindingObject& finding) {
  if (finding.finding().package().empty()) return true;
  const auto package = step.Get<v1::PackageObject>(
      PackageKey(step.handover(), keys::AsBytes(finding.finding().package())));
  return !package.has_value() || IsConcerned(step.charter(), step.actor(), package->author());
}

// What a party said last stands beside what it said before; a concession is not taken back.
Verdict CheckFollows(const Step& step, const v1::FindingObject& finding, v1::ReplyKind kind) {
  const v1::GivenReply* last = nullptr;
  for (const v1::GivenReply& reply : finding.replies()) {
    if (reply.party() != step.actor() || reply.has_withdrawn_at()) continue;
    if (reply.kind() == v1::REPLY_KIND_CONCEDES) {
      return Object(v1::REFUSAL_REASON_WRONG_STATE, "reply.kind",
                    absl::StrCat("The party conceded the finding at leaf ", reply.leaf(),
                                 "; a concession stands."),
                    "What is right instead is said by a supplement to the record.");
    }
    last = &reply;
  }
  if (last != nullptr && last->kind() == kind) {
    return Object(v1::REFUSAL_REASON_WRONG_STATE, "reply.kind",
                  absl::StrCat("The party has replied so at leaf ", last->leaf(), "."),
                  "Nothing is left to do; another kind of reply may follow.");
  }
  if (finding.replies_size() < kMaxReplies) return std::nullopt;
  return Object(v1::REFUSAL_REASON_WRONG_STATE, "reply.finding",
                absl::StrCat("The finding has ", kMaxReplies, " replies."),
                "Contest it, or deliver a supplement.");
}

}  // namespace

Verdict CheckAreaOf(Step& step, absl::string_view area, const std::string& path) {
  const auto& areas = step.charter().areas();
  const bool known =
      std::any_of(areas.begin(), areas.end(), [&](const auto& one) { return one.area() == area; });
  if (known) return std::nullopt;
  return FieldObjection(path, {absl::StrCat("the charter has no area ", Quoted(area)),
                               "Name an area of the charter."});
}

Verdict CheckRecord(Step& step, absl::string_view package_digest, absl::string_view commitment,
                    absl::string_view area, const std::string& body) {
  v1::PackageObject package;
  if (Verdict no = FindPackage(step, package_digest, absl::StrCat(body, ".package"), package)) {
    return no;
  }
  if (package.submission().record_count() == 0) {
    return Object(v1::REFUSAL_REASON_UNKNOWN_REFERENCE, absl::StrCat(body, ".package"),
                  absl::StrCat("The package ", Short(package_digest), " has no records."),
                  "Name the package that delivered the record, not a supplement to it.");
  }
  if (MaybeComplaint complaint = CheckDigest(commitment)) {
    return FieldObjection(absl::StrCat(body, ".record_commitment"), *complaint);
  }
  if (area.empty()) return std::nullopt;
  const auto& rows = package.submission().rows();
  const bool delivered =
      std::any_of(rows.begin(), rows.end(), [&](const auto& row) { return row.area() == area; });
  if (delivered) return std::nullopt;
  return FieldObjection(absl::StrCat(body, ".area"),
                        {absl::StrCat("the package delivers nothing of ", Quoted(area)),
                         "Name the area under which the record was delivered."});
}

bool IsConcerned(const v1::Charter& charter, absl::string_view party, absl::string_view author) {
  if (!HasRole(charter, party, v1::CHARTER_ROLE_HOLDING)) return false;
  return party == author || !HasRole(charter, author, v1::CHARTER_ROLE_HOLDING);
}

Verdict FoldFinding(Step& step) {
  const v1::Finding& body = step.statement().finding();
  if (MaybeComplaint complaint = CheckChosen(body.kind())) {
    return FieldObjection("finding.kind", *complaint);
  }
  if (Verdict no = CheckSubject(step, body)) return no;
  if (Verdict no = CheckAreaOf(step, body.area(), "finding.area")) return no;
  if (Verdict no = CheckSurvey(body)) return no;
  const keys::Bytes bytes = statement::SerializeTrusted(body);
  if (Verdict no = CheckNotSaidBefore(step, bytes, "finding")) return no;
  v1::FindingObject finding;
  finding.set_author(step.actor());
  finding.set_leaf(step.leaf());
  *finding.mutable_finding() = body;
  step.Put(FindingKey(step.handover(), keys::AsBytes(step.id())), finding);
  PutSaid(step);
  PutSame(step, bytes);
  return std::nullopt;
}

Verdict FoldReply(Step& step) {
  const v1::Reply& body = step.statement().reply();
  v1::SaidObject said;
  if (Verdict no = FindStanding(step, body.finding(), "reply.finding", said)) return no;
  const std::string key = FindingKey(step.handover(), keys::AsBytes(body.finding()));
  auto finding = step.Get<v1::FindingObject>(key);
  if (!finding.has_value()) {
    return Object(v1::REFUSAL_REASON_UNKNOWN_REFERENCE, "reply.finding",
                  absl::StrCat("The statement ", Short(body.finding()), " is a ", SaidName(said),
                               ", not a finding."),
                  "Give the id of a Finding statement.");
  }
  if (!Concerns(step, *finding)) {
    return Object(v1::REFUSAL_REASON_NOT_ENTITLED, "actor",
                  "The finding is about a record of another holding party.",
                  "Leave the reply to the party that delivered the record.");
  }
  if (MaybeComplaint complaint = CheckChosen(body.kind())) {
    return FieldObjection("reply.kind", *complaint);
  }
  if (Verdict no = CheckFollows(step, *finding, body.kind())) return no;
  if (body.has_text()) {
    if (MaybeComplaint complaint = CheckAnnex(body.text())) {
      return FieldObjection("reply.text", *complaint);
    }
  }
  v1::GivenReply& reply = *finding->add_replies();
  reply.set_statement(step.id());
  reply.set_party(step.actor());
  reply.set_leaf(step.leaf());
  reply.set_kind(body.kind());
  if (body.has_text()) *reply.mutable_text() = body.text();
  step.Put(key, *finding);
  PutSaid(step, body.finding());
  return std::nullopt;
}

}  // namespace cairn::ledger
