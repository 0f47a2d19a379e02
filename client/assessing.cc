#include "client/assessing.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "audit/completeness/control_history.h"
#include "audit/completeness/engine.h"
#include "audit/completeness/report_form.h"
#include "audit/completeness/shipped.h"
#include "audit/statement/canonical.h"
#include "client/annex.h"
#include "client/package_contents.h"
#include "client/refold.h"
#include "client/rule_file.h"
#include "keys/encoding.h"

namespace cairn::client {
namespace {

constexpr std::size_t kMaxReportBytes = std::size_t{2} * 1024 * 1024 * 1024;

// The packages of the handover that are asked for, in leaf order.
absl::StatusOr<std::vector<Submitted>> Chosen(const RefoldedLog& log, const AssessOrder& order) {
  std::vector<Submitted> chosen;
  std::vector<bool> used(order.packages.size(), false);
  for (const Submitted& package : log.submitted) {
    if (package.handover != order.handover) continue;
    bool wanted = order.packages.empty();
    for (std::size_t i = 0; i < order.packages.size(); ++i) {
      if (!absl::StartsWith(package.digest.Hex(), order.packages[i])) continue;
      wanted = true;
      used[i] = true;
    }
    if (wanted) chosen.push_back(package);
  }
  for (std::size_t i = 0; i < used.size(); ++i) {
    if (used[i]) continue;
    return UsageError(absl::StrCat("no package of this handover begins with ", order.packages[i],
                                   " in the first ", merkle::ToInt(log.replay.size()), " leaves"));
  }
  if (!chosen.empty()) return chosen;
  return absl::NotFoundError("nothing was delivered in this handover; there is nothing to assess");
}

absl::StatusOr<std::vector<std::unique_ptr<SealedContent>>> OpenAll(
    Context& context, const RefoldedLog& log, Unsealer& unsealer,
    const std::vector<Submitted>& packages) {
  const absl::StatusOr<Profile> profile = context.GetProfile();
  if (!profile.ok()) return profile.status();
  std::vector<std::unique_ptr<SealedContent>> contents;
  for (const Submitted& package : packages) {
    absl::StatusOr<OpeningTerms> terms = TermsOf(log, profile->log_origin, package);
    if (!terms.ok()) return terms.status();
    absl::StatusOr<PackageFolder> folder = FetchPackage(context, package, /*persons=*/false);
    if (!folder.ok()) return folder.status();
    auto content =
        std::make_unique<SealedContent>(unsealer, *std::move(folder), package, *std::move(terms));
    if (absl::Status verified = content->Verify(); !verified.ok()) return verified;
    contents.push_back(std::move(content));
  }
  return contents;
}

struct AgreedHistory {
  std::optional<completeness::ControlHistory> history;
  keys::Bytes sha256;
};

absl::StatusOr<AgreedHistory> HistoryOf(Context& context, const v1::Charter& charter) {
  AgreedHistory agreed;
  if (!charter.has_control_history()) return agreed;
  const absl::StatusOr<keys::Bytes> csv = FetchAnnex(context, charter.control_history());
  if (!csv.ok()) {
    return absl::Status(
        csv.status().code(),
        absl::StrCat("the control history of the charter is needed: ", csv.status().message()));
  }
  absl::StatusOr<completeness::ControlHistory> history =
      completeness::ControlHistory::FromCsv(*csv);
  if (!history.ok()) return history.status();
  agreed.history = *std::move(history);
  agreed.sha256 = keys::Sha256(keys::AsBytes(*csv)).ToBytes();
  return agreed;
}

absl::Status FillStatement(const std::vector<std::unique_ptr<SealedContent>>& contents,
                           Assessed& assessed) {
  std::vector<keys::Bytes> salts;
  for (const auto& content : contents) {
    salts.push_back(content->salt());
    assessed.body.add_packages(content->package().digest.ToBytes());
  }
  absl::StatusOr<keys::Digest> salt = completeness::ReportSalt(salts);
  if (!salt.ok()) return salt.status();
  assessed.salt = *salt;
  absl::StatusOr<v1::AnnexRef> ref =
      completeness::ReportRef(keys::AsBytes(assessed.bytes), assessed.salt);
  if (!ref.ok()) return ref.status();
  *assessed.body.mutable_report() = *std::move(ref);
  *assessed.body.mutable_rule_set() = assessed.report.rule_set();
  assessed.body.set_check_semantics(assessed.report.check_semantics());
  assessed.body.set_at_size(assessed.report.at_size());
  *assessed.body.mutable_summary() = assessed.report.summary();
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<Assessed> RunAssessment(Context& context, const AssessOrder& order) {
  // 1. The state of the handover, from the leaves.
  absl::StatusOr<RefoldedLog> log = RefoldLog(context, order.at_size);
  if (!log.ok()) return log.status();
  absl::StatusOr<v1::HandoverFacts> facts = FactsOf(*log, order.handover);
  if (!facts.ok()) return facts.status();
  absl::StatusOr<v1::HandoverState> state = StateOf(*log, order.handover);
  if (!state.ok()) return state.status();
  // 2. What the charter agrees on.
  const v1::Charter& charter = state->charter().charter();
  absl::StatusOr<completeness::Rules> rules =
      FindRules(context, order.rules, charter.rule_set().digest(), {});
  if (!rules.ok()) return rules.status();
  absl::StatusOr<AgreedHistory> agreed = HistoryOf(context, charter);
  if (!agreed.ok()) return agreed.status();
  // 3. The packages, opened and checked.
  absl::StatusOr<std::vector<Submitted>> packages = Chosen(*log, order);
  if (!packages.ok()) return packages.status();
  Unsealer unsealer(context);
  auto contents = OpenAll(context, *log, unsealer, *packages);
  if (!contents.ok()) return contents.status();
  // 4. The report.
  const absl::StatusOr<Profile> profile = context.GetProfile();
  if (!profile.ok()) return profile.status();
  std::vector<completeness::AssessedInput> inputs;
  for (const auto& content : *contents)
    inputs.push_back({content->package().digest, content.get()});
  completeness::AssessInputs all;
  all.rules = &*rules;
  all.facts = &*facts;
  all.log_origin = profile->log_origin;
  all.packages = inputs;
  all.control_history = agreed->history.has_value() ? &*agreed->history : nullptr;
  all.control_history_sha256 = agreed->sha256;
  absl::StatusOr<v1::Report> report = completeness::Assess(all);
  if (!report.ok()) return report.status();
  Assessed assessed;
  assessed.report = *std::move(report);
  absl::StatusOr<keys::Bytes> bytes = completeness::ReportBytes(assessed.report);
  if (!bytes.ok()) return bytes.status();
  assessed.bytes = *std::move(bytes);
  if (absl::Status filled = FillStatement(*contents, assessed); !filled.ok()) return filled;
  return assessed;
}

absl::Status WithPackages(
    Context& context, const AssessOrder& order,
    absl::FunctionRef<absl::Status(const completeness::Rules&,
                                   std::span<const completeness::AssessedInput>)>
        use) {
  absl::StatusOr<RefoldedLog> log = RefoldLog(context, order.at_size);
  if (!log.ok()) return log.status();
  absl::StatusOr<v1::HandoverState> state = StateOf(*log, order.handover);
  if (!state.ok()) return state.status();
  absl::StatusOr<completeness::Rules> rules =
      FindRules(context, order.rules, state->charter().charter().rule_set().digest(), {});
  if (!rules.ok()) return rules.status();
  absl::StatusOr<std::vector<Submitted>> packages = Chosen(*log, order);
  if (!packages.ok()) return packages.status();
  Unsealer unsealer(context);
  auto contents = OpenAll(context, *log, unsealer, *packages);
  if (!contents.ok()) return contents.status();
  std::vector<completeness::AssessedInput> inputs;
  for (const auto& content : *contents) {
    inputs.push_back({content->package().digest, content.get()});
  }
  return use(*rules, inputs);
}

absl::StatusOr<completeness::DeliveredFields> ReadDeliveredFields(Context& context,
                                                                  const AssessOrder& order) {
  absl::StatusOr<completeness::DeliveredFields> fields = completeness::DeliveredFields();
  const absl::Status used =
      WithPackages(context, order, [&](const completeness::Rules& rules, auto inputs) {
        fields = completeness::DeliveredFields::Read(rules, inputs);
        return fields.status();
      });
  if (!used.ok()) return used;
  return fields;
}

absl::StatusOr<completeness::Rules> FindRules(const Context& context, const std::string& path,
                                              const std::string& digest,
                                              const std::vector<std::string>& folders) {
  if (!path.empty()) return LoadRules(path);
  std::vector<std::string> places = folders;
  if (const absl::StatusOr<Home> home = context.GetHome(); home.ok()) {
    places.insert(places.begin(), home->folder() + "/rules");
  }
  for (const std::string& folder : places) {
    const absl::StatusOr<std::vector<std::string>> names = ListFiles(folder);
    if (!names.ok()) continue;
    for (const std::string& name : *names) {
      if (!absl::EndsWith(name, ".textproto")) continue;
      // Files that a rule set includes stand beside it, and are none by themselves.
      absl::StatusOr<completeness::Rules> rules = LoadRules(absl::StrCat(folder, "/", name));
      if (rules.ok() && rules->ref().digest() == digest) return rules;
    }
  }
  for (const std::string& name : completeness::ShippedFiles()) {
    absl::StatusOr<completeness::Rules> rules =
        completeness::Rules::FromFile(name, completeness::ReadShippedFile);
    if (rules.ok() && rules->ref().digest() == digest) return rules;
  }
  return absl::NotFoundError(
      absl::StrCat("no rule set with digest ", keys::Hex(keys::AsBytes(digest)), " in ",
                   absl::StrJoin(places, ", "),
                   ", and none of the program's own has it; give it with --rules FILE"));
}

std::vector<std::string> RuleFoldersBeside(const std::string& report) {
  const std::size_t slash = report.rfind('/');
  const std::string folder = slash == std::string::npos ? "." : report.substr(0, slash);
  return {folder, folder + "/rules", folder + "/../rules"};
}

absl::StatusOr<v1::Report> ReadReport(const std::string& path) {
  const absl::StatusOr<keys::Bytes> bytes = ReadFile(path, kMaxReportBytes);
  if (!bytes.ok()) return bytes.status();
  v1::Report report;
  statement::CanonicalLimits limits;
  limits.max_bytes = kMaxReportBytes;
  absl::Status parsed = statement::ParseCanonical(keys::AsBytes(*bytes), report, limits);
  if (parsed.ok()) parsed = completeness::CheckReportForm(report);
  if (parsed.ok()) return report;
  return absl::InvalidArgumentError(
      absl::StrCat(path, " is no report as `cairn assess run` writes it: ", parsed.message()));
}

}  // namespace cairn::client
