#include "audit/completeness/package_checks.h"

#include <algorithm>
#include <map>
#include <vector>

#include "absl/strings/str_cat.h"
#include "audit/completeness/calendar.h"
#include "audit/completeness/handover_check.h"
#include "audit/completeness/handover_checks.h"
#include "audit/completeness/int128.h"

namespace cairn::completeness {
namespace {

bool HasRole(const v1::HandoverFacts& facts, const std::string& party, v1::CharterRole role) {
  return std::any_of(facts.parties().begin(), facts.parties().end(), [&](const auto& one) {
    return one.party() == party &&
           std::find(one.roles().begin(), one.roles().end(), role) != one.roles().end();
  });
}

std::string SubmissionPlace(int index) { return absl::StrCat("submission/", index); }

// H-05: as many mines as the densest practice could lay along the whole front, belt by belt.
void CheckTotals(const Rules& rules, v1::HandoverResult& out) {
  HandoverCheck check(rules, "H-05", out);
  std::int64_t densest = 0;
  for (const v1::DensityBand& band : rules.message().density_bands()) {
    densest = std::max(densest, band.most_per_km());
  }
  for (const v1::FrontLength& front : rules.message().front_lengths()) {
    for (const v1::AreaRow& row : out.areas()) {
      if (row.area() != front.area() || row.declared_mines().empty()) continue;
      constexpr std::int64_t kMmOfAKm = 1'000'000;
      const std::uint64_t declared = SumOfMines(row.declared_mines());
      const Int128 most = static_cast<Int128>(front.front_mm()) * front.belts() * densest;
      if (static_cast<Int128>(declared) * kMmOfAKm <= most) {
        check->Pass();
        continue;
      }
      v1::CheckResult& result = check->Fail(absl::StrCat("area/", row.area()));
      result.set_expected(static_cast<std::int64_t>(most / kMmOfAKm));
      result.set_found(static_cast<std::int64_t>(declared));
    }
  }
}

// H-10: what is withheld says why, what, and until when; and whether that day has come.
void CheckWithheld(const Rules& rules, const v1::HandoverFacts& facts, v1::HandoverResult& out) {
  HandoverCheck check(rules, "H-10", out);
  std::map<std::string, int> seen;
  for (const v1::FactDeclaration& declaration : facts.declarations()) {
    for (const v1::WithheldRow& row : declaration.row().withheld()) {
      const std::string& area = declaration.row().area();
      const std::string place = absl::StrCat("area/", area, "/withheld/", seen[area]++);
      const v1::Withholding& why = row.withholding();
      const bool dated = why.end() == v1::WITHHOLDING_END_DATE;
      const bool scope = row.documents() > 0 || row.has_scope();
      const bool stated = why.ground() != v1::WITHHOLDING_GROUND_UNSPECIFIED &&
                          why.end() != v1::WITHHOLDING_END_UNSPECIFIED && scope &&
                          (!dated || why.has_end_day());
      const bool ended =
          dated && static_cast<std::int64_t>(facts.time_ms() / kMsOfDay) > why.end_day();
      if (!stated) {
        check->Fail(place);
      } else if (dated && facts.time_ms() == 0) {
        check->NotEvaluable(place, {"time of the log"});
      } else if (ended) {
        check->Fail(place).set_expected(why.end_day());
      } else {
        check->Pass();
      }
    }
  }
}

// H-11: receiver and mediator have signed for exactly these bytes, and what was opened matched.
void CheckReceipts(const Rules& rules, const v1::HandoverFacts& facts, v1::HandoverResult& out) {
  HandoverCheck check(rules, "H-11", out);
  int n = 0;
  for (const v1::FactSubmission& submission : facts.submissions()) {
    const std::string place = SubmissionPlace(n++);
    bool received = false;
    bool differs = false;
    for (const v1::FactAcknowledgement& one : facts.acknowledgements()) {
      if (one.package() != submission.digest()) continue;
      received = received || HasRole(facts, one.party(), v1::CHARTER_ROLE_RECEIVING);
      differs = differs || !one.mismatches().empty();
    }
    const bool mediated = std::any_of(
        facts.transmits().begin(), facts.transmits().end(),
        [&](const v1::FactTransmit& one) { return one.package() == submission.digest(); });
    std::vector<std::string> missing;
    if (!received) missing.emplace_back("receipt of the receiving party");
    if (!mediated) missing.emplace_back("receipt of a mediator");
    if (differs) {
      check->Fail(place);
    } else if (!missing.empty()) {
      check->NotEvaluable(place, std::move(missing));
    } else {
      check->Pass();
    }
  }
}

// H-15: whoever is to get a copy has signed for it, or the agreement waives it.
void CheckCopies(const Rules& rules, const v1::HandoverFacts& facts, v1::HandoverResult& out) {
  HandoverCheck check(rules, "H-15", out);
  const v1::RuleSet& agreed = rules.message();
  int n = 0;
  for (const v1::FactSubmission& submission : facts.submissions()) {
    const std::string place = SubmissionPlace(n++);
    if (agreed.copy_waived()) {
      check->Pass();
    } else if (agreed.copy_to().empty()) {
      check->NotEvaluable(place, {"who is to get a copy"});
    } else {
      const bool all = std::all_of(
          agreed.copy_to().begin(), agreed.copy_to().end(), [&](const std::string& party) {
            return std::any_of(facts.acknowledgements().begin(), facts.acknowledgements().end(),
                               [&](const v1::FactAcknowledgement& one) {
                                 return one.party() == party &&
                                        one.package() == submission.digest();
                               });
          });
      if (all) {
        check->Pass();
      } else {
        check->Fail(place);
      }
    }
  }
}

// H-18: whoever computed from the same inputs computed the same report.
void CheckRecomputed(const Rules& rules, const v1::HandoverFacts& facts, v1::HandoverResult& out) {
  HandoverCheck check(rules, "H-18", out);
  struct Lot {
    std::set<std::string> parties, reports;
  };
  std::vector<std::string> order;
  std::map<std::string, Lot> lots;
  for (const v1::FactAssessment& one : facts.assessments()) {
    const auto [it, is_new] = lots.try_emplace(one.inputs());
    if (is_new) order.push_back(one.inputs());
    it->second.parties.insert(one.party());
    it->second.reports.insert(one.report());
  }
  int n = 0;
  for (const std::string& inputs : order) {
    const Lot& lot = lots[inputs];
    const std::string place = absl::StrCat("assessment/", n++);
    if (lot.reports.size() > 1) {
      check->Fail(place).set_found(static_cast<std::int64_t>(lot.reports.size()));
    } else if (lot.parties.size() < 2) {
      check->NotEvaluable(place, {"a second assessment"});
    } else {
      check->Pass();
    }
  }
}

// Whether an incident still stands as its author logged it.
bool Stands(const v1::FactIncident& incident) { return !incident.dispute().has_ended_at(); }

// H-14: each incident outside every field, by more than its own uncertainty and 500 m. H-16: the
// same by area, for the statistic.
void CheckIncidents(const Rules& rules, const v1::HandoverFacts& facts, v1::HandoverResult& out) {
  HandoverCheck uncovered(rules, "H-14", out);
  HandoverCheck coverage(rules, "H-16", out);
  std::map<std::string, std::int64_t> outside;
  int n = 0;
  for (const v1::FactIncident& incident : facts.incidents()) {
    const std::string place = absl::StrCat("incident/", n++);
    if (!Stands(incident)) continue;
    outside.try_emplace(incident.area());
    switch (incident.position()) {
      case v1::INCIDENT_POSITION_INSIDE:
      case v1::INCIDENT_POSITION_NEAR:
        uncovered->Pass();
        break;
      case v1::INCIDENT_POSITION_OUTSIDE:
        uncovered->Fail(place);
        ++outside[incident.area()];
        break;
      default:
        uncovered->NotEvaluable(place, {"place of the incident"});
    }
  }
  for (const auto& [area, count] : outside) {
    if (count == 0) {
      coverage->Pass();
    } else {
      coverage->Fail(absl::StrCat("area/", area)).set_found(count);
    }
  }
}

// Whether every record of an area holds anti-tank mines and nothing else, as far as it says.
bool HoldsOnlyAntiTank(const v1::Report& report, const std::string& area) {
  bool any = false;
  bool only_anti_tank = true;
  for (const v1::RecordResult& record : report.records()) {
    if (record.area() != area) continue;
    any = true;
    only_anti_tank = only_anti_tank && !record.count_unreadable();
    for (const v1::CategoryCount& one : record.mines()) {
      only_anti_tank = only_anti_tank && one.category() == v1::MINE_CATEGORY_ANTI_TANK;
    }
  }
  return any && only_anti_tank;
}

// H-17: an anti-personnel mine inside a field of an area whose every record holds anti-tank mines
// alone. Which field it was is in an annex: with other records about, it cannot be told here.
void CheckKinds(const Rules& rules, const v1::HandoverFacts& facts, const v1::Report& report,
                v1::HandoverResult& out) {
  HandoverCheck check(rules, "H-17", out);
  int n = 0;
  for (const v1::FactIncident& incident : facts.incidents()) {
    const std::string place = absl::StrCat("incident/", n++);
    if (!Stands(incident) || incident.position() != v1::INCIDENT_POSITION_INSIDE) continue;
    if (incident.device() != v1::DEVICE_CLASS_ANTI_PERSONNEL) {
      check->Pass();
      continue;
    }
    if (HoldsOnlyAntiTank(report, incident.area())) {
      check->Fail(place);
    } else {
      check->NotEvaluable(place, {"place of the incident"});
    }
  }
}

}  // namespace

void CheckCustody(const Rules& rules, const v1::HandoverFacts& facts, v1::HandoverResult& out) {
  CheckTotals(rules, out);
  CheckWithheld(rules, facts, out);
  CheckReceipts(rules, facts, out);
  CheckCopies(rules, facts, out);
  CheckRecomputed(rules, facts, out);
  CheckIncidents(rules, facts, out);
}

void CheckPackages(const Rules& rules, const v1::HandoverFacts& facts,
                   std::span<const PackageHabits> habits, const v1::Report& report,
                   v1::HandoverResult& out) {
  CheckKinds(rules, facts, report, out);
  const v1::Thresholds& t = rules.message().thresholds();
  HandoverCheck round(rules, "P-03", out);
  HandoverCheck attachments(rules, "X-14", out);
  for (int i = 0; i < report.packages_size(); ++i) {
    const PackageHabits& one = habits[static_cast<std::size_t>(i)];
    const v1::AssessedPackage& package = report.packages(i);
    const std::string place = absl::StrCat("package/", i);
    if (package.records() == 0) continue;
    if (one.counts < t.round_counts_fewest()) {
      round->NotEvaluable(place, {"enough counts"});
    } else if (one.round_counts * 1000 > one.counts * t.round_counts_per_mille()) {
      v1::CheckResult& result = round->Fail(place);
      result.set_expected(
          static_cast<std::int64_t>(one.counts * t.round_counts_per_mille() / 1000));
      result.set_found(static_cast<std::int64_t>(one.round_counts));
    } else {
      round->Pass();
    }
    const auto submitted =
        std::find_if(facts.submissions().begin(), facts.submissions().end(),
                     [&](const v1::FactSubmission& s) { return s.digest() == package.digest(); });
    if (submitted == facts.submissions().end() || submitted->statement().empty()) {
      attachments->NotEvaluable(place, {"submission"});  // Checked before it is submitted.
    } else if (submitted->attachment_count() != one.files.size()) {
      v1::CheckResult& result = attachments->Fail(place);
      result.set_expected(static_cast<std::int64_t>(one.files.size()));
      result.set_found(static_cast<std::int64_t>(submitted->attachment_count()));
    } else {
      attachments->Pass();
    }
  }
}

}  // namespace cairn::completeness
