#include "client/commands/claims_text.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace cairn::client {
namespace {

ExitCode CodeOf(dossier::ClaimState state) {
  switch (state) {
    case dossier::ClaimState::kHolds:
      return ExitCode::kHolds;
    case dossier::ClaimState::kDoesNotHold:
      return ExitCode::kDoesNotHold;
    case dossier::ClaimState::kNotChecked:
      break;
  }
  return ExitCode::kNotDone;
}

std::string ClaimLine(const dossier::Claim& claim) {
  std::string line =
      absl::StrFormat("  %-14s %s\n", std::string(dossier::StateName(claim.state)), claim.sentence);
  if (claim.state == dossier::ClaimState::kNotChecked &&
      claim.weight == dossier::Weight::kEssential) {
    absl::StrAppend(&line, std::string(17, ' '),
                    "essential: without it the file is not verified\n");
  }
  if (!claim.why.empty()) absl::StrAppend(&line, std::string(17, ' '), claim.why, "\n");
  return line;
}

std::string ExaminationText(const dossier::Examination& one) {
  std::string text = absl::StrCat(one.name, ": ", one.kind, "\n");
  for (const dossier::Claim& claim : one.claims) text += ClaimLine(claim);
  for (const dossier::Fact& fact : one.facts) {
    absl::StrAppend(&text, "  it says        ", fact.name, ": ", fact.value, "\n");
  }
  return text;
}

std::string SummaryLine(const dossier::ClaimCounts& counts) {
  return absl::StrCat(counts.hold, counts.hold == 1 ? " claim holds, " : " claims hold, ",
                      counts.do_not_hold, " do not hold, ", counts.not_checked,
                      counts.not_checked == 1 ? " was" : " were", " not checked.\n");
}

// How each kind of claim came out over all files, in the order in which they first come up.
std::string SummaryTable(const std::vector<dossier::Examination>& examinations) {
  struct Row {
    std::string id;
    std::string sentence;
    dossier::ClaimCounts counts;
  };
  std::vector<Row> rows;
  for (const dossier::Examination& one : examinations) {
    for (const dossier::Claim& claim : one.claims) {
      auto row = std::find_if(rows.begin(), rows.end(),
                              [&](const Row& known) { return known.sentence == claim.sentence; });
      if (row == rows.end()) row = rows.insert(rows.end(), {claim.id, claim.sentence, {}});
      row->counts.hold += claim.state == dossier::ClaimState::kHolds ? 1 : 0;
      row->counts.do_not_hold += claim.state == dossier::ClaimState::kDoesNotHold ? 1 : 0;
      row->counts.not_checked += claim.state == dossier::ClaimState::kNotChecked ? 1 : 0;
    }
  }
  std::string text = absl::StrCat("Of ", examinations.size(), " files:\n");
  for (const Row& row : rows) {
    absl::StrAppend(&text, "  ", row.counts.hold, " hold");
    if (row.counts.do_not_hold > 0) absl::StrAppend(&text, ", ", row.counts.do_not_hold, " do not");
    if (row.counts.not_checked > 0) {
      absl::StrAppend(&text, ", ", row.counts.not_checked, " not checked");
    }
    absl::StrAppend(&text, ": ", row.sentence, "\n");
  }
  return text;
}

nlohmann::json ExaminationJson(const dossier::Examination& one) {
  nlohmann::json claims = nlohmann::json::array();
  for (const dossier::Claim& claim : one.claims) {
    claims.push_back({{"id", claim.id},
                      {"claim", claim.sentence},
                      {"state", std::string(dossier::StateName(claim.state))},
                      {"essential", claim.weight == dossier::Weight::kEssential},
                      {"why", claim.why}});
  }
  nlohmann::json says = nlohmann::json::array();
  for (const dossier::Fact& fact : one.facts) {
    says.push_back({{"name", fact.name}, {"value", fact.value}});
  }
  return {{"file", one.name},
          {"kind", one.kind},
          {"verdict", std::string(dossier::StateName(WorstOf(one)))},
          {"claims", claims},
          {"says", says}};
}

}  // namespace

Answer ClaimsAnswer(const std::vector<dossier::Examination>& examinations,
                    const std::vector<std::string>& remarks) {
  std::string text;
  for (const std::string& remark : remarks) absl::StrAppend(&text, "note: ", remark, "\n");
  nlohmann::json files = nlohmann::json::array();
  for (const dossier::Examination& one : examinations) {
    text += ExaminationText(one);
    files.push_back(ExaminationJson(one));
  }
  if (examinations.size() > 1) text += SummaryTable(examinations);
  const dossier::ClaimCounts counts = dossier::CountClaims(examinations);
  text += SummaryLine(counts);
  const dossier::ClaimState worst = dossier::WorstOf(examinations);
  const nlohmann::json json = {{"verdict", std::string(dossier::StateName(worst))},
                               {"hold", counts.hold},
                               {"do_not_hold", counts.do_not_hold},
                               {"not_checked", counts.not_checked},
                               {"remarks", remarks},
                               {"files", files}};
  return {.text = Printable(text), .json = JsonText(json), .code = CodeOf(worst), .next = {}};
}

}  // namespace cairn::client
