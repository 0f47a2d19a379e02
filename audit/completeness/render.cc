#include "audit/completeness/render.h"

#include <map>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "audit/completeness/catalogue.h"
#include "audit/completeness/handover_checks.h"
#include "audit/completeness/wording.h"

namespace cairn::completeness {
namespace {

std::string Counted(std::uint64_t n, absl::string_view one, absl::string_view many) {
  return absl::StrCat(WithCommas(n), " ", n == 1 ? one : many);
}

std::string Padded(absl::string_view text, std::size_t width) {
  return absl::StrCat(text, std::string(text.size() < width ? width - text.size() : 1, ' '));
}

std::string Right(absl::string_view text, std::size_t width) {
  return absl::StrCat(std::string(text.size() < width ? width - text.size() : 0, ' '), text);
}

void AppendClass(absl::string_view name, const v1::ClassRow& row, std::uint64_t read,
                 std::string& out) {
  const std::string share =
      read == 0 || name == "not read yet" ? "-" : absl::StrCat(Share(row.records(), read), " %");
  absl::StrAppend(&out, "  ", Padded(name, 46), Right(WithCommas(row.records()), 9),
                  Right(share, 9), Right(WithCommas(row.mines()), 12), "\n");
}

void AppendClasses(const v1::ClassSummary& classes, std::string& out) {
  const std::uint64_t read = classes.all().records() - classes.not_read().records();
  absl::StrAppend(&out, "  ", Padded("", 46), Right("records", 9), Right("share", 9),
                  Right("mines", 12), "\n");
  AppendClass("complete", classes.complete(), read, out);
  AppendClass("partially filled in", classes.partial(), read, out);
  for (const v1::SplitRow& split : classes.splits()) {
    AppendClass(absl::StrCat("  of these: ", SplitName(split.split())), split.row(), read, out);
  }
  AppendClass("without information pertinent to demining", classes.no_information(), read, out);
  AppendClass("contradicting themselves or another record", classes.contradicting(), read, out);
  if (classes.not_read().records() > 0) {
    AppendClass("not read yet", classes.not_read(), read, out);
  }
}

void AppendAreas(const v1::HandoverResult& handover, std::string& out) {
  absl::StrAppend(&out, "\nAreas\n  ", Padded("", 14), Right("declared", 9), Right("delivered", 10),
                  Right("withheld", 9), Right("unknown", 9), Right("outstanding", 12),
                  Right("owed", 8), Right("lie here", 9),
                  "  complete/partial/no information/contradicting\n");
  const auto append = [&](const v1::AreaRow& row, absl::string_view name) {
    const v1::ClassSummary& c = row.classes();
    absl::StrAppend(&out, "  ", Padded(name, 14), Right(WithCommas(row.declared()), 9),
                    Right(WithCommas(row.delivered()), 10), Right(WithCommas(row.withheld()), 9),
                    Right(WithCommas(row.unknown()), 9), Right(WithCommas(row.outstanding()), 12),
                    Right(WithCommas(row.owed()), 8), Right(WithCommas(row.lies_in()), 9), "  ");
    if (c.all().records() > 0) {
      absl::StrAppend(&out, c.complete().records(), " / ", c.partial().records(), " / ",
                      c.no_information().records(), " / ", c.contradicting().records());
    } else if (row.state() != v1::AREA_DELIVERY_UNSPECIFIED) {
      absl::StrAppend(&out, AreaStateName(row.state()));
    }
    absl::StrAppend(&out, "\n");
  };
  for (const v1::AreaRow& row : handover.areas()) append(row, row.area());
  append(handover.total(), "all");
  absl::StrAppend(&out,
                  "  outstanding: declared and not delivered, withheld or not; "
                  "owed: outstanding and not withheld\n");
}

void AppendTotals(const v1::HandoverResult& handover, std::string& out) {
  const v1::MineTotals& m = handover.mines();
  absl::StrAppend(&out, "\nMines\n  declared with the deliveries       ", WithCommas(m.declared()),
                  "\n  on all forms that can be read      ", WithCommas(m.all_forms()),
                  "\n  without exact duplicates           ", WithCommas(m.without_duplicates()),
                  "\n  forms whose count cannot be read   ", WithCommas(m.unreadable_forms()),
                  "\n  equal copies counted once, too     ", WithCommas(m.fields()),
                  "\n  near duplicates counted once, too  ",
                  WithCommas(m.without_near_duplicates()), " (", handover.near_duplicate_pairs(),
                  " for a person to confirm)\n");
}

// "at the time of the claim 1,230 declared records were outstanding, 60 of them withheld; 8 were
// delivered later".
std::string AllText(const v1::ClaimRow& row) {
  std::string out =
      absl::StrCat("at the time of the claim ",
                   row.outstanding() == 0 ? "no declared record was"
                   : row.outstanding() == 1
                       ? "1 declared record was"
                       : absl::StrCat(WithCommas(row.outstanding()), " declared records were"),
                   " outstanding");
  if (row.withheld() > 0)
    absl::StrAppend(&out, ", ", WithCommas(row.withheld()), " of them withheld");
  if (row.computed() > 0)
    absl::StrAppend(&out, "; ", WithCommas(row.computed()), " delivered later");
  return out;
}

void AppendClaims(const v1::HandoverResult& handover, std::string& out) {
  if (handover.claims().empty()) return;
  absl::StrAppend(&out, "\nClaims, set beside the computed number\n");
  for (const v1::ClaimRow& row : handover.claims()) {
    absl::StrAppend(&out, "  leaf ", row.leaf(), ", ",
                    Words(v1::ClaimSubject_Name(row.subject()), "CLAIM_SUBJECT_"), ": ",
                    QuantityText(row.quantity()), "; ",
                    row.taken_back() ? "taken back by its author; " : "",
                    ComparisonName(row.comparison()));
    if (row.has_outstanding()) {
      absl::StrAppend(&out, ": ", AllText(row), "\n");
      continue;
    }
    if (row.has_computed()) absl::StrAppend(&out, " (", WithCommas(row.computed()), ")");
    if (row.has_difference()) absl::StrAppend(&out, ", difference ", row.difference());
    if (row.has_share() && row.share().total() > 0) {
      absl::StrAppend(&out, "; delivered ", WithCommas(row.share().filled()), " of ",
                      WithCommas(row.share().total()), " (",
                      Share(row.share().filled(), row.share().total()), " %)");
    }
    absl::StrAppend(&out, "\n");
  }
}

void AppendRequests(const v1::HandoverResult& handover, std::string& out) {
  if (handover.requests().empty()) return;
  absl::StrAppend(&out, "\nRequests\n");
  int n = 0;
  for (const v1::RequestRow& row : handover.requests()) {
    const std::string kind = Words(v1::RequestKind_Name(row.kind()), "REQUEST_KIND_");
    absl::StrAppend(&out, "  request ", n++, ", ", kind, ": ",
                    row.answered()  ? "answered"
                    : row.overdue() ? "overdue, not wholly answered"
                                    : "open, not due yet",
                    "\n");
  }
}

std::uint64_t RecordsIn(const v1::HandoverResult& handover, v1::FindingState state,
                        v1::FindingBasis basis) {
  for (const v1::FindingRow& row : handover.findings()) {
    if (row.state() == state && row.basis() == basis) return row.classes().all().records();
  }
  return 0;
}

std::uint64_t Disproved(const v1::HandoverResult& handover) {
  std::uint64_t records = 0;
  for (const v1::FindingRow& row : handover.findings()) {
    if (row.state() == v1::FINDING_STATE_DISPROVED) records += row.classes().all().records();
  }
  return records;
}

// "19 disproved on the ground (6 conceded by the holding party, ...)"; empty if there is nothing.
std::string DisprovedText(const v1::HandoverResult& handover) {
  std::vector<std::string> by;
  for (const v1::FindingBasis basis :
       {v1::FINDING_BASIS_CONCEDED, v1::FINDING_BASIS_RULING, v1::FINDING_BASIS_ACCEPTED_FINDER}) {
    const std::uint64_t n = RecordsIn(handover, v1::FINDING_STATE_DISPROVED, basis);
    if (n > 0) by.push_back(absl::StrCat(WithCommas(n), " ", FindingBasisName(basis)));
  }
  std::vector<std::string> parts;
  if (!by.empty()) {
    parts.push_back(absl::StrCat(WithCommas(Disproved(handover)), " disproved on the ground (",
                                 absl::StrJoin(by, ", "), ")"));
  }
  const std::uint64_t contested =
      RecordsIn(handover, v1::FINDING_STATE_DISPROOF_CONTESTED, v1::FINDING_BASIS_UNSPECIFIED);
  if (contested > 0) {
    parts.push_back(
        absl::StrCat(Counted(contested, "disproof", "disproofs"), " claimed and contested"));
  }
  return absl::StrJoin(parts, ", ");
}

void AppendFindings(const v1::HandoverResult& handover, std::string& out) {
  if (handover.findings().empty() && handover.unrecorded_findings() == 0 &&
      handover.findings_elsewhere() == 0) {
    return;
  }
  absl::StrAppend(&out, "\nFound on the ground (a column of its own: it changes no class)\n  ",
                  Padded("", 58), Right("records", 9),
                  "  complete/partial/no information/contradicting\n");
  for (const v1::FindingRow& row : handover.findings()) {
    const std::string name =
        row.basis() == v1::FINDING_BASIS_UNSPECIFIED
            ? FindingStateName(row.state())
            : absl::StrCat(FindingStateName(row.state()), ": ", FindingBasisName(row.basis()));
    const v1::ClassSummary& c = row.classes();
    absl::StrAppend(&out, "  ", Padded(name, 58), Right(WithCommas(c.all().records()), 9), "  ",
                    c.complete().records(), " / ", c.partial().records(), " / ",
                    c.no_information().records(), " / ", c.contradicting().records(), "\n");
  }
  if (handover.unrecorded_findings() > 0) {
    absl::StrAppend(&out, "  ", WithCommas(handover.unrecorded_findings()),
                    " times mines were found where no record says so\n");
  }
  if (handover.findings_elsewhere() > 0) {
    absl::StrAppend(&out, "  ", WithCommas(handover.findings_elsewhere()),
                    " findings are about records that are not among the packages assessed\n");
  }
}

void AppendProposals(const v1::HandoverResult& handover, std::string& out) {
  if (handover.proposals().empty()) return;
  std::map<v1::ProposalOutcome, std::uint64_t> outcomes;
  for (const v1::ProposalRow& row : handover.proposals()) ++outcomes[row.outcome()];
  absl::StrAppend(&out, "\nCorrections proposed, as hypotheses\n");
  for (const auto& [outcome, n] : outcomes) {
    absl::StrAppend(&out, "  ", Right(WithCommas(n), 6), "  ", ProposalOutcomeName(outcome), "\n");
  }
}

void AppendIncidents(const v1::HandoverResult& handover, std::string& out) {
  if (!handover.has_incidents()) return;
  const v1::IncidentSummary& all = handover.incidents();
  absl::StrAppend(&out, "\nIncidents, against the records delivered when each was logged\n  ",
                  Padded("", 14), Right("incidents", 10), Right("inside", 8), Right("near", 6),
                  Right("outside", 9), "\n");
  const auto append = [&](const v1::IncidentRow& row, absl::string_view name) {
    absl::StrAppend(&out, "  ", Padded(name, 14), Right(WithCommas(row.incidents()), 10),
                    Right(WithCommas(row.inside()), 8), Right(WithCommas(row.near()), 6),
                    Right(WithCommas(row.outside()), 9),
                    row.delivered() || name == "all" ? "" : "  nothing delivered here", "\n");
  };
  for (const v1::IncidentRow& row : all.areas()) append(row, row.area());
  append(all.total(), "all");
  absl::StrAppend(&out, "  outside: ", WithCommas(all.outside_with_records()),
                  " in areas with records, ", WithCommas(all.outside_without_records()),
                  " in areas of which nothing had been delivered then; by what is delivered now ",
                  WithCommas(all.outside_with_records_now()), " and ",
                  WithCommas(all.outside_without_records_now()), "\n  casualties: at least ",
                  WithCommas(all.casualties_at_least()),
                  all.has_casualties_at_most()
                      ? absl::StrCat(", at most ", WithCommas(all.casualties_at_most()))
                      : "",
                  "\n");
}

void AppendSeries(const v1::HandoverResult& handover, std::string& out) {
  for (const v1::SeriesRow& row : handover.series()) {
    if (row.missing() == 0) continue;
    absl::StrAppend(&out, "  series of record ", row.first().package(), "/", row.first().record(),
                    ": ", row.present(), " of 1 to ", row.highest(), ", ", row.missing(),
                    " missing", row.provisional() ? " (provisional: more will follow)" : "", "\n");
  }
}

void AppendSupplements(const v1::Report& report, std::string& out) {
  if (report.supplements().empty()) return;
  std::map<v1::SupplementOutcome, std::uint64_t> outcomes;
  for (const v1::SupplementResult& one : report.supplements()) ++outcomes[one.outcome()];
  absl::StrAppend(&out, "\nSupplements\n");
  for (const auto& [outcome, n] : outcomes) {
    const std::string name = Words(v1::SupplementOutcome_Name(outcome), "SUPPLEMENT_OUTCOME_");
    const bool taken = outcome == v1::SUPPLEMENT_OUTCOME_FILLED_GAP ||
                       outcome == v1::SUPPLEMENT_OUTCOME_CHANGED_VALUE;
    absl::StrAppend(&out, "  ", Right(WithCommas(n), 6), "  ", taken ? "" : "not taken up: ", name,
                    "\n");
  }
}

void AppendChecks(const v1::Report& report, const Rules& rules, std::string& out) {
  struct Tally {
    std::uint64_t fails = 0;
    std::uint64_t records = 0;
    std::uint64_t undecided = 0;
  };
  std::map<std::string, Tally> tallies;
  for (const v1::RecordResult& record : report.records()) {
    std::string last;
    for (const v1::CheckResult& one : record.results()) {
      Tally& tally = tallies[one.check()];
      if (one.outcome() == v1::OUTCOME_NOT_EVALUABLE) {
        ++tally.undecided;
        continue;
      }
      ++tally.fails;
      if (one.check() != last) ++tally.records;
      last = one.check();
    }
  }
  for (const v1::CheckResult& one : report.handover_level().results()) {
    // Without a log nothing was declared, asked or claimed that these could be about.
    if (report.at_size() == 0 && one.check().rfind("H-", 0) == 0) continue;
    Tally& tally = tallies[one.check()];
    ++(one.outcome() == v1::OUTCOME_FAIL ? tally.fails : tally.undecided);
  }
  absl::StrAppend(&out, "\nChecks that did not pass everywhere\n  ", Padded("", 6),
                  Right("fails", 8), Right("records", 9), Right("open", 8), "\n");
  for (const auto& [check, tally] : tallies) {
    const CheckInfo* info = FindCheckInfo(check);
    const v1::CheckRule* rule = rules.FindCheck(check);
    absl::StrAppend(&out, "  ", Padded(check, 6), Right(WithCommas(tally.fails), 8),
                    Right(WithCommas(tally.records), 9), Right(WithCommas(tally.undecided), 8),
                    "  ", info == nullptr ? "" : info->title, " [",
                    rule == nullptr ? "" : rule->paragraph(),
                    rule != nullptr && rule->to_be_confirmed() ? "; to be confirmed" : "", "]\n");
  }
}

}  // namespace

std::string Headline(const v1::Report& report) {
  const v1::ClassSummary& c = report.cumulative();
  const v1::HandoverResult& h = report.handover_level();
  std::string out = absl::StrCat(
      Counted(c.all().records(), "formulary", "formularies"), ", ",
      Counted(h.mines().declared(), "mine", "mines"), " declared in ",
      Counted(h.areas_with_delivery(), "district", "districts"), "; ",
      WithCommas(c.complete().records()), " complete, ", WithCommas(c.partial().records()),
      " partially filled in, ", WithCommas(c.no_information().records()),
      " without information pertinent to demining, ", WithCommas(c.contradicting().records()),
      c.contradicting().records() == 1 ? " contradicting itself" : " contradicting themselves");
  if (c.not_read().records() > 0) {
    absl::StrAppend(&out, ", ", WithCommas(c.not_read().records()), " not read yet");
  }
  if (const std::string found = DisprovedText(h); !found.empty()) {
    absl::StrAppend(&out, "; ", found);
  }
  absl::StrAppend(&out, "; ", Counted(h.areas_without_delivery(), "district", "districts"),
                  " with nothing delivered; ", WithCommas(h.total().outstanding()), " of ",
                  Counted(h.total().declared(), "declared record", "declared records"),
                  " outstanding.");
  return out;
}

std::string HeadlineShares(const v1::Report& report) {
  const v1::ClassSummary& c = report.cumulative();
  const std::uint64_t read = c.all().records() - c.not_read().records();
  if (read == 0) return {};
  return absl::StrCat(Share(c.complete().records(), read), " / ",
                      Share(c.partial().records(), read), " / ",
                      Share(c.no_information().records(), read), " / ",
                      Share(c.contradicting().records(), read), " %");
}

std::string PlainText(const v1::Report& report, const Rules& rules) {
  std::string out;
  if (report.exercise()) out += "EXERCISE: synthetic data.\n";
  absl::StrAppend(&out, Headline(report), "\n");
  if (const std::string shares = HeadlineShares(report); !shares.empty()) {
    absl::StrAppend(&out, shares, "\n");
  }
  absl::StrAppend(
      &out, "\nRule set ", report.rule_set().id(), ", version ", report.rule_set().version(),
      report.at_size() == 0 ? "; no log was read; "
                            : absl::StrCat("; log ", report.log_origin(), ", the first ",
                                           report.at_size(), " leaves; "),
      Counted(static_cast<std::uint64_t>(report.packages_size()), "package", "packages"),
      ".\n\nRecords\n");
  if (!report.to_be_confirmed().empty()) {
    // Before the first number that rests on it.
    absl::StrAppend(&out, "  Rests in part on rules still to be confirmed (",
                    report.to_be_confirmed_size(), "): named at the end.\n");
  }
  AppendClasses(report.cumulative(), out);
  AppendAreas(report.handover_level(), out);
  AppendTotals(report.handover_level(), out);
  AppendSeries(report.handover_level(), out);
  AppendClaims(report.handover_level(), out);
  AppendRequests(report.handover_level(), out);
  AppendSupplements(report, out);
  AppendFindings(report.handover_level(), out);
  AppendProposals(report.handover_level(), out);
  AppendIncidents(report.handover_level(), out);
  AppendChecks(report, rules, out);
  if (!report.to_be_confirmed().empty()) {
    absl::StrAppend(&out, "\nRests on rules still to be confirmed: ",
                    absl::StrJoin(report.to_be_confirmed(), ", "), ".\n");
  }
  absl::StrAppend(&out,
                  "\nBlank does not mean safe. No record is called false here: that needs a "
                  "signed finding from the ground.\n");
  return out;
}

}  // namespace cairn::completeness
