#include "client/commands/ground_arguments.h"

#include <CLI/CLI.hpp>
#include <set>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "cairn/v1/report.pb.h"
#include "client/assessing.h"
#include "client/commands/handover_id.h"
#include "client/sealed_annex.h"
#include "keys/encoding.h"

namespace cairn::client {
namespace {

constexpr std::size_t kFewestDigits = 8;

absl::StatusOr<NamedRecord> RecordOfReport(const RecordArguments& arguments) {
  absl::StatusOr<v1::Report> report = ReadReport(arguments.report);
  if (!report.ok()) return report.status();
  std::vector<NamedRecord> fitting;
  for (const v1::RecordResult& record : report->records()) {
    if (record.row() != arguments.row && record.record_number() != arguments.row) continue;
    fitting.push_back({report->packages(static_cast<int>(record.at().package())).digest(),
                       record.commitment(), record.area()});
  }
  if (fitting.size() == 1) return fitting.front();
  return UsageError(absl::StrCat(arguments.report, " has ", fitting.size(),
                                 " records of the row or number '", arguments.row,
                                 "'; name one, or give --package and --record"));
}

absl::StatusOr<NamedRecord> RecordOfPackage(const RefoldedLog& log, const keys::Bytes& handover,
                                            const RecordArguments& arguments) {
  const absl::StatusOr<keys::Bytes> commitment = keys::ParseHex(arguments.record);
  if (!commitment.ok() || commitment->size() != keys::kDigestSize) {
    return UsageError("--record is the commitment of the record: 64 hexadecimal digits");
  }
  std::vector<NamedRecord> fitting;
  for (const Submitted& package : log.submitted) {
    if (package.handover != handover || arguments.package.size() < kFewestDigits) continue;
    if (!absl::StartsWith(package.digest.Hex(), arguments.package)) continue;
    fitting.push_back({package.digest.ToBytes(), *commitment, ""});
  }
  if (fitting.size() == 1) return fitting.front();
  return UsageError(absl::StrCat("no one package of this handover begins with '", arguments.package,
                                 "'; give 8 digits of its digest or more"));
}

void AddIds(const v1::HandoverFacts& facts, const v1::HandoverState& state,
            std::set<keys::Bytes>& ids) {
  for (const auto& fact : facts.findings()) ids.insert(fact.statement());
  for (const auto& fact : facts.locations()) ids.insert(fact.statement());
  for (const auto& fact : facts.proposals()) ids.insert(fact.statement());
  for (const auto& fact : facts.incidents()) ids.insert(fact.statement());
  for (const auto& fact : facts.claims()) ids.insert(fact.statement());
  for (const auto& comparison : state.comparisons()) {
    for (const auto& report : comparison.reports()) ids.insert(report.assessment());
  }
  for (const auto& dispute : state.disputes()) {
    ids.insert(dispute.statement());
    for (const auto& contest : dispute.said().contests()) ids.insert(contest.statement());
  }
}

}  // namespace

void AddRecordOptions(CLI::App& command, RecordArguments& arguments) {
  command.add_option("--report", arguments.report, "A report that has the record, with --row");
  command.add_option("--row", arguments.row, "Row of the record in its template, or its number");
  command.add_option("--package", arguments.package,
                     "Digest of the package that delivered it, 8 digits or more, with --record");
  command.add_option("--record", arguments.record, "Commitment of the record, 64 digits");
  command.add_option("--area", arguments.area,
                     "Area of the charter; default: the one that the report gives");
}

absl::StatusOr<NamedRecord> ResolveRecord(const RefoldedLog& log, const keys::Bytes& handover,
                                          const RecordArguments& arguments) {
  const bool by_report = !arguments.report.empty() && !arguments.row.empty();
  const bool by_package = !arguments.package.empty() && !arguments.record.empty();
  if (by_report == by_package) {
    return UsageError(
        "name the record: --report FILE --row ROW, or --package DIGEST --record COMMITMENT");
  }
  absl::StatusOr<NamedRecord> record =
      by_report ? RecordOfReport(arguments) : RecordOfPackage(log, handover, arguments);
  if (record.ok() && !arguments.area.empty()) record->area = arguments.area;
  return record;
}

absl::StatusOr<keys::Bytes> ResolveStatement(const RefoldedLog& log, const keys::Bytes& handover,
                                             const std::string& text) {
  const absl::StatusOr<keys::Bytes> whole = keys::ParseHex(text);
  if (whole.ok() && whole->size() == keys::kDigestSize) return *whole;
  const absl::StatusOr<v1::HandoverFacts> facts = FactsOf(log, handover);
  if (!facts.ok()) return facts.status();
  const absl::StatusOr<v1::HandoverState> state = StateOf(log, handover);
  if (!state.ok()) return state.status();
  std::set<keys::Bytes> ids;
  AddIds(*facts, *state, ids);
  std::vector<keys::Bytes> fitting;
  for (const keys::Bytes& id : ids) {
    if (text.size() >= kFewestDigits && absl::StartsWith(keys::Hex(keys::AsBytes(id)), text)) {
      fitting.push_back(id);
    }
  }
  if (fitting.size() == 1) return fitting.front();
  return UsageError(
      absl::StrCat("no one statement of this handover that could be meant begins "
                   "with '",
                   text, "'; give 8 digits of its id or more, or the whole id"));
}

absl::StatusOr<OwnView> ReadOwnView(Context& context, const std::string& handover) {
  absl::StatusOr<keys::Bytes> id = ResolveHandover(context, handover);
  if (!id.ok()) return id.status();
  absl::StatusOr<RefoldedLog> log = RefoldLog(context, std::nullopt);
  if (!log.ok()) return log.status();
  return OwnView{*std::move(id), *std::move(log)};
}

absl::StatusOr<v1::AnnexRef> SealText(Context& context, const OwnView& view,
                                      const std::string& path,
                                      const std::vector<std::string>& also) {
  const auto recipients = AnnexRecipients(context, view.log, view.handover, also);
  if (!recipients.ok()) return recipients.status();
  return SealAnnexFile(context, view.handover, *recipients, path);
}

}  // namespace cairn::client
