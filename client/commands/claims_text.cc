#include "client/commands/claims_text.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace cairn::client {
namespace {

using dossier::Claim;
using dossier::ClaimCounts;
using dossier::ClaimState;
using dossier::Examination;

ExitCode CodeOf(ClaimState state) {
  switch (state) {
    case ClaimState::kHolds:
      return ExitCode::kHolds;
    case ClaimState::kDoesNotHold:
      return ExitCode::kDoesNotHold;
    case ClaimState::kNotChecked:
      break;
  }
  return ExitCode::kNotDone;
}

std::string ClaimLine(const Claim& claim) {
  std::string line =
      absl::StrFormat("  %-14s %s\n", std::string(dossier::StateName(claim.state)), claim.sentence);
  if (!claim.why.empty()) absl::StrAppend(&line, std::string(17, ' '), claim.why, "\n");
  return line;
}

std::string ExaminationText(const Examination& one) {
  std::string text = absl::StrCat(one.name, ": ", one.kind, "\n");
  for (const Claim& claim : one.claims) text += ClaimLine(claim);
  for (const dossier::Fact& fact : one.facts) {
    absl::StrAppend(&text, "  it says        ", fact.name, ": ", fact.value, "\n");
  }
  return text;
}

std::string SummaryLine(const ClaimCounts& counts) {
  return absl::StrCat(counts.hold, counts.hold == 1 ? " claim holds, " : " claims hold, ",
                      counts.do_not_hold, " do not hold, ", counts.not_checked,
                      counts.not_checked == 1 ? " was" : " were", " not checked.\n");
}

// How each kind of claim came out over all files, in the order in which they first come up.
std::string SummaryTable(const std::vector<Examination>& examinations) {
  struct Row {
    std::string id;
    std::string sentence;
    ClaimCounts counts;
  };
  std::vector<Row> rows;
  for (const Examination& one : examinations) {
    for (const Claim& claim : one.claims) {
      auto row = std::find_if(rows.begin(), rows.end(),
                              [&](const Row& known) { return known.sentence == claim.sentence; });
      if (row == rows.end()) row = rows.insert(rows.end(), {claim.id, claim.sentence, {}});
      row->counts.hold += claim.state == ClaimState::kHolds ? 1 : 0;
      row->counts.do_not_hold += claim.state == ClaimState::kDoesNotHold ? 1 : 0;
      row->counts.not_checked += claim.state == ClaimState::kNotChecked ? 1 : 0;
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

nlohmann::json ExaminationJson(const Examination& one) {
  nlohmann::json claims = nlohmann::json::array();
  for (const Claim& claim : one.claims) {
    claims.push_back({{"id", claim.id},
                      {"claim", claim.sentence},
                      {"state", std::string(dossier::StateName(claim.state))},
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

Answer ClaimsAnswer(const std::vector<Examination>& examinations,
                    const std::vector<std::string>& remarks) {
  std::string text;
  for (const std::string& remark : remarks) absl::StrAppend(&text, "note: ", remark, "\n");
  nlohmann::json files = nlohmann::json::array();
  for (const Examination& one : examinations) {
    text += ExaminationText(one);
    files.push_back(ExaminationJson(one));
  }
  if (examinations.size() > 1) text += SummaryTable(examinations);
  const ClaimCounts counts = dossier::CountClaims(examinations);
  text += SummaryLine(counts);
  const ClaimState worst = dossier::WorstOf(examinations);
  const nlohmann::json json = {{"verdict", std::string(dossier::StateName(worst))},
                               {"hold", counts.hold},
                               {"do_not_hold", counts.do_not_hold},
                               {"not_checked", counts.not_checked},
                               {"remarks", remarks},
                               {"files", files}};
  return {.text = Printable(text),
          .json = json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace),
          .code = CodeOf(worst),
          .next = {}};
}

}  // namespace cairn::client
