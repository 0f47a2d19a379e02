#include "client/handover_text.h"

#include <google/protobuf/util/json_util.h>

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/time.h"
#include "cairn/v1/state.pb.h"
#include "client/commands/roles.h"
#include "client/console.h"
#include "keys/encoding.h"

namespace cairn::client {
namespace {

std::string ShortHex(const std::string& bytes) {
  return keys::Hex(keys::AsBytes(bytes)).substr(0, 16);
}

absl::string_view PhaseText(v1::HandoverPhase phase) {
  switch (phase) {
    case v1::HANDOVER_PHASE_OPENED:
      return "opened; not every party has accepted the charter yet";
    case v1::HANDOVER_PHASE_IN_FORCE:
      return "in force";
    case v1::HANDOVER_PHASE_CLOSED:
      return "closed";
    default:
      return "unknown";
  }
}

absl::string_view AreaPhaseText(v1::AreaPhase phase) {
  switch (phase) {
    case v1::AREA_PHASE_NOTHING_DELIVERED:
      return "nothing delivered";
    case v1::AREA_PHASE_PARTLY_DELIVERED:
      return "partly delivered";
    case v1::AREA_PHASE_DECLARED_FINISHED:
      return "declared finished by the holding party";
    case v1::AREA_PHASE_GAPS_OWED:
      return "finished with gaps owed";
    case v1::AREA_PHASE_SETTLED:
      return "settled";
    default:
      return "unknown";
  }
}

absl::string_view AgreementText(v1::Agreement agreement) {
  switch (agreement) {
    case v1::AGREEMENT_SAME:
      return "both sides computed the same report";
    case v1::AGREEMENT_DIFFER:
      return "THE REPORTS DIFFER";
    case v1::AGREEMENT_ONE_SIDE:
      return "one side only so far";
    default:
      return "unknown";
  }
}

absl::string_view MatterText(v1::MatterKind kind) {
  switch (kind) {
    case v1::MATTER_KIND_ACCEPT_CHARTER:
      return "acceptance of the charter";
    case v1::MATTER_KIND_CUSTODY:
      return "acknowledgement of custody";
    case v1::MATTER_KIND_POSITION:
      return "position on an opened package";
    case v1::MATTER_KIND_ANSWER:
      return "answer to a request";
    case v1::MATTER_KIND_ENDORSEMENT:
      return "endorsement";
    case v1::MATTER_KIND_DECLARATION:
      return "declaration of the holding";
    case v1::MATTER_KIND_RECORDS:
      return "declared records owed";
    case v1::MATTER_KIND_REPLY:
      return "reply to a finding";
    case v1::MATTER_KIND_RULING:
      return "ruling on a contested statement";
    default:
      return "unknown";
  }
}

absl::string_view KindText(v1::PackageKind kind) {
  switch (kind) {
    case v1::PACKAGE_KIND_ORIGINAL:
      return "original";
    case v1::PACKAGE_KIND_SUPPLEMENT:
      return "supplement";
    case v1::PACKAGE_KIND_SCANS_ONLY:
      return "scans only";
    case v1::PACKAGE_KIND_RECEIVED_OUTSIDE:
      return "received outside Cairn";
    default:
      return "unknown";
  }
}

void AppendAreas(std::string& text, const v1::HandoverState& state) {
  absl::StrAppendFormat(&text, "\n%-14s %9s %9s %9s %9s %11s %9s  %s\n", "Area", "declared",
                        "submitted", "withheld", "unknown", "outstanding", "owed", "state");
  for (const v1::AreaState& area : state.areas()) {
    std::uint64_t declared = 0, withheld = 0, unknown = 0, submitted = 0;
    for (const v1::SourceState& source : area.sources()) {
      declared += source.declared().documents();
      withheld += source.withheld();
      unknown += source.unknown();
      submitted += source.submitted().documents();
    }
    absl::StrAppendFormat(&text, "%-14s %9d %9d %9d %9d %11d %9d  %s\n", area.area(), declared,
                          submitted, withheld, unknown, area.outstanding_documents(),
                          area.owed_documents(), AreaPhaseText(area.phase()));
  }
  absl::StrAppend(&text,
                  "outstanding: declared and not submitted, withheld or not; "
                  "owed: outstanding and not withheld\n");
}

// "opened by 2, 1 of them with a mismatch".
std::string OpenedText(const v1::ProgressObject& progress) {
  const auto mismatches =
      std::count_if(progress.openings().begin(), progress.openings().end(),
                    [](const v1::Opening& opening) { return !opening.mismatches().empty(); });
  return absl::StrCat(
      "opened by ", progress.openings_size(),
      mismatches > 0 ? absl::StrCat(", ", mismatches, " of them with a mismatch") : "");
}

void AppendPackages(std::string& text, const v1::HandoverState& state) {
  if (state.packages_size() > 0) absl::StrAppend(&text, "\nPackages\n");
  for (const v1::PackageState& package : state.packages()) {
    const v1::ProgressObject& progress = package.progress();
    absl::StrAppend(&text, "  ", ShortHex(package.submission().digest()), "  leaf ", package.leaf(),
                    "  ", KindText(package.submission().kind()), " by ", package.author(), ", ",
                    package.submission().record_count(), " records, ", package.submission().size(),
                    " bytes; handed on ", progress.transfers_size(), " times, in custody of ",
                    progress.custody_size(), ", ", OpenedText(progress),
                    package.assessed() ? ", assessed" : ", not assessed", "\n");
  }
}

void AppendAssessments(std::string& text, const v1::HandoverState& state) {
  if (state.comparisons_size() > 0) absl::StrAppend(&text, "\nAssessments\n");
  for (const v1::ComparisonState& comparison : state.comparisons()) {
    const v1::AssessmentSummary& sum = comparison.summary();
    absl::StrAppend(&text, "  ", comparison.packages_size(), " packages at size ",
                    comparison.at_size(), " under ", comparison.rule_set().id(), ": ",
                    AgreementText(comparison.agreement()), " (", comparison.reports_size(),
                    " reports); ", sum.complete(), " complete, ", sum.partial(), " partial, ",
                    sum.no_information(), " without information, ", sum.contradicting(),
                    " contradicting of ", sum.records(), "\n");
  }
}

void AppendDisputes(std::string& text, const v1::HandoverState& state) {
  if (state.disputes_size() > 0) absl::StrAppend(&text, "\nDisputes\n");
  for (const v1::DisputeState& dispute : state.disputes()) {
    const v1::SaidObject& said = dispute.said();
    absl::StrAppend(&text, "  ", ShortHex(dispute.statement()), "  leaf ", said.leaf(), "  ",
                    dispute.act(), " by ", said.author());
    for (const v1::GivenContest& contest : said.contests()) {
      absl::StrAppend(
          &text, contest.has_withdrawn_at() ? ", contested and taken back by " : ", contested by ",
          contest.party());
    }
    for (const v1::GivenRuling& ruling : said.rulings()) {
      absl::StrAppend(&text,
                      ruling.ruling() == v1::RULING_UPHELD      ? ", upheld"
                      : ruling.ruling() == v1::RULING_DISMISSED ? ", dismissed"
                                                                : ", left undecided",
                      " at leaf ", ruling.leaf());
    }
    absl::StrAppend(&text, dispute.open() ? "; open\n" : "\n");
  }
}

// What the matter is about, by the digits that commands take: "package 0123456789abcdef".
std::string AboutText(const v1::Matter& matter) {
  if (matter.about().empty()) return "";
  const auto named = [&](absl::string_view what) {
    return absl::StrCat(", ", what, " ", ShortHex(matter.about()));
  };
  switch (matter.kind()) {
    case v1::MATTER_KIND_CUSTODY:
    case v1::MATTER_KIND_POSITION:
      return named("package");
    case v1::MATTER_KIND_ANSWER:
      return named("request");
    case v1::MATTER_KIND_REPLY:
      return named("finding");
    case v1::MATTER_KIND_ENDORSEMENT:
    case v1::MATTER_KIND_RULING:
      return named("statement");
    default:
      return "";
  }
}

void AppendMatters(std::string& text, const v1::HandoverState& state) {
  absl::StrAppend(&text,
                  state.outstanding_size() > 0 ? "\nOutstanding\n" : "\nNothing is outstanding.\n");
  for (const v1::Matter& matter : state.outstanding()) {
    absl::StrAppend(&text, "  ",
                    matter.party().empty() ? "(mediators or registrars)" : matter.party(), ": ",
                    MatterText(matter.kind()), AboutText(matter),
                    matter.area().empty() ? "" : absl::StrCat(" in ", matter.area()),
                    matter.documents() > 0 ? absl::StrCat(", ", matter.documents()) : "",
                    matter.has_due_ms() ? absl::StrCat(", due ", UtcText(matter.due_ms())) : "",
                    matter.overdue() ? ", OVERDUE" : "", "\n");
  }
}

// What must be said of the log beside whatever it gives.
void AppendLog(std::string& text, const v1::LogStanding& log) {
  if (log.has_frozen_at()) {
    absl::StrAppend(&text, "The log ended with leaf ", log.frozen_at(),
                    ": nothing is added here any more.\n");
  }
  if (log.has_predecessor()) {
    absl::StrAppend(&text, "The log goes on from ", Printable(log.predecessor().log_origin()),
                    " after ", log.base(), " leaves, which leaf numbers here count.\n");
  }
  std::uint64_t lost = 0;
  for (const v1::LostRange& range : log.predecessor().lost()) lost += range.end() - range.first();
  if (lost > 0 || log.relodged_unadmitted() > 0) {
    absl::StrAppend(&text, "ADMITTED LOSS: ", lost, " leaves of it, ", log.relodged(),
                    " of what stood there was lodged again");
    if (log.relodged_unadmitted() > 0) {
      absl::StrAppend(&text, ", ", log.relodged_unadmitted(), " of that not admitted");
    }
    absl::StrAppend(&text, ".\n");
  }
  if (log.evidence() > 0) {
    absl::StrAppend(&text, log.evidence(), " evidence files were published: cairn log published\n");
  }
}

}  // namespace

std::string UtcText(std::uint64_t ms) {
  return absl::FormatTime("%Y-%m-%d %H:%M:%SZ", absl::FromUnixMillis(static_cast<std::int64_t>(ms)),
                          absl::UTCTimeZone());
}

std::string HandoverText(const v1::HandoverState& state) {
  std::string text = absl::StrCat(
      state.exercise() ? "EXERCISE, synthetic data\n" : "", "Handover ", Printable(state.name()),
      "  ", keys::Hex(keys::AsBytes(state.handover())), "\n", PhaseText(state.phase()),
      "; state after ", state.at_size(), " leaves",
      state.time_ms() == 0 ? ", no time witnessed yet"
                           : absl::StrCat(", time ", UtcText(state.time_ms()),
                                          state.time_kind() == v1::TIME_KIND_OPERATOR_CLOCK
                                              ? " by the operator's clock"
                                              : ""),
      "\n", state.submitted_documents(), " of ", state.declared_documents(),
      " declared records submitted, ", state.outstanding_documents(), " outstanding; ",
      state.withheld_documents(), " declared withheld, ", state.owed_documents(), " owed\n");
  for (const v1::CharterParty& party : state.charter().charter().parties()) {
    absl::StrAppend(&text, "  ", party.party(), ":");
    for (const int role : party.roles()) {
      absl::StrAppend(&text, " ", CharterRoleName(static_cast<v1::CharterRole>(role)));
    }
    absl::StrAppend(&text, "\n");
  }
  AppendLog(text, state.log());
  AppendAreas(text, state);
  AppendPackages(text, state);
  AppendAssessments(text, state);
  AppendDisputes(text, state);
  AppendMatters(text, state);
  return text;
}

std::string HandoverJson(const v1::HandoverState& state) {
  google::protobuf::util::JsonPrintOptions options;
  options.preserve_proto_field_names = true;
  std::string json;
  if (!google::protobuf::util::MessageToJsonString(state, &json, options).ok()) return "{}";
  return json;
}

}  // namespace cairn::client
