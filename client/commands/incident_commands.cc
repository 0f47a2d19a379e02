// incident: accidents and detonations, one by one or by list. The leaf says the month, a band of
// casualties, the kind of device, and where the place lies against the delivered fields; the place
// itself and everything else is sealed. Never a name.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "absl/time/civil_time.h"
#include "audit/completeness/delivered_fields.h"
#include "audit/record/csv.h"
#include "cairn/v1/broker.pb.h"
#include "cairn/v1/facts.pb.h"
#include "cairn/v1/statement.pb.h"
#include "client/assessing.h"
#include "client/civil_day.h"
#include "client/clock.h"
#include "client/commands/choices.h"
#include "client/commands/commands.h"
#include "client/commands/ground_arguments.h"
#include "client/commands/handover_id.h"
#include "client/sealed_annex.h"
#include "client/speak.h"
#include "client/submissions.h"
#include "keys/encoding.h"

namespace cairn::client {
namespace {

constexpr char kColumns[] = "id,area,date,casualties,device,latitude,longitude,uncertainty_m";
constexpr std::int64_t kMostUncertaintyM = 1'000'000;
constexpr std::uint64_t kMostCasualties = 1'000'000;

struct IncidentArguments {
  std::string handover;
  std::string list, rules;
  std::vector<std::string> also;
  bool details = false;
};

// One row of a list of incidents.
struct IncidentRow {
  std::string id, area;
  absl::CivilDay day;
  std::uint64_t casualties = 0;
  v1::DeviceClass device = v1::DEVICE_CLASS_UNSPECIFIED;
  completeness::Geographic at;
  std::int64_t uncertainty_m = 0;
  std::string csv;  // The row with its header: what is sealed.
  completeness::DeliveredFields::Place place;
};

// "40.0123456" as 1e-7 degree, without a double in between.
absl::StatusOr<std::int64_t> DegreesE7(absl::string_view text, std::int64_t most) {
  const bool negative = absl::ConsumePrefix(&text, "-");
  const std::size_t dot = std::min(text.find('.'), text.size());
  const absl::string_view whole = text.substr(0, dot);
  std::string fraction(text.substr(std::min(dot + 1, text.size())));
  const bool digits = !whole.empty() && whole.size() <= 3 && fraction.size() <= 7 &&
                      std::all_of(whole.begin(), whole.end(), absl::ascii_isdigit) &&
                      std::all_of(fraction.begin(), fraction.end(), absl::ascii_isdigit);
  fraction.resize(7, '0');
  std::int64_t value = 0;
  if (!digits || !absl::SimpleAtoi(absl::StrCat(whole, fraction), &value) ||
      value > most * 10'000'000) {
    return UsageError("a place is degrees of WGS 84 with a decimal point, such as 40.0123456");
  }
  return negative ? -value : value;
}

v1::CasualtyBand BandOf(std::uint64_t casualties) {
  if (casualties == 0) return v1::CASUALTY_BAND_NONE;
  if (casualties == 1) return v1::CASUALTY_BAND_ONE;
  return casualties < 5 ? v1::CASUALTY_BAND_TWO_TO_FOUR : v1::CASUALTY_BAND_FIVE_OR_MORE;
}

absl::Status ReadRow(const std::map<std::string, std::string>& cells, IncidentRow& row) {
  row.id = cells.at("id");
  row.area = cells.at("area");
  if (!absl::ParseCivilTime(cells.at("date"), &row.day)) {
    return UsageError("date is a day such as 2021-08-09");
  }
  if (row.day - absl::CivilDay() > LastDayOnEarth(NowMs())) {
    return UsageError(absl::StrCat("date ", cells.at("date"), " is still to come"));
  }
  if (!absl::SimpleAtoi(cells.at("casualties"), &row.casualties) ||
      row.casualties > kMostCasualties) {
    return UsageError("casualties is a number of persons");
  }
  const absl::StatusOr<int> device =
      ParseChoice(cells.at("device"), *v1::DeviceClass_descriptor(), "device");
  if (!device.ok()) return device.status();
  row.device = static_cast<v1::DeviceClass>(*device);
  const absl::StatusOr<std::int64_t> latitude = DegreesE7(cells.at("latitude"), 90);
  if (!latitude.ok()) return latitude.status();
  const absl::StatusOr<std::int64_t> longitude = DegreesE7(cells.at("longitude"), 180);
  if (!longitude.ok()) return longitude.status();
  row.at = {*latitude, *longitude};
  if (!absl::SimpleAtoi(cells.at("uncertainty_m"), &row.uncertainty_m) || row.uncertainty_m < 0 ||
      row.uncertainty_m > kMostUncertaintyM) {
    return UsageError("uncertainty_m is a number of metres");
  }
  return absl::OkStatus();
}

// All rows, or the first that is wrong with its line: nothing is logged of a list that is not
// whole.
absl::StatusOr<std::vector<IncidentRow>> ReadIncidents(const std::string& path) {
  absl::StatusOr<record::CsvReader> reader = record::CsvReader::Open(path, path);
  if (!reader.ok()) return reader.status();
  const std::vector<std::string>& header = reader->header();
  std::vector<IncidentRow> rows;
  std::map<std::string, std::uint64_t> lines;
  for (record::CsvRow csv;;) {
    const absl::StatusOr<bool> more = reader->Next(csv);
    if (!more.ok()) return more.status();
    if (!*more) break;
    std::map<std::string, std::string> cells;
    for (std::size_t i = 0; i < header.size(); ++i) cells[header[i]] = csv.cells[i];
    for (const std::string& column :
         std::vector<std::string>(absl::StrSplit(absl::string_view(kColumns), ','))) {
      if (cells.count(column) > 0) continue;
      return UsageError(absl::StrCat(path, " has no column ", column, "; it needs ", kColumns));
    }
    IncidentRow& row = rows.emplace_back();
    if (absl::Status read = ReadRow(cells, row); !read.ok()) {
      return UsageError(absl::StrCat(path, ":", csv.at.line, ": ", read.message()));
    }
    const auto [before, is_new] = lines.emplace(row.id, csv.at.line);
    if (!is_new) {
      return UsageError(absl::StrCat(path, ":", csv.at.line, ": incident ", row.id,
                                     " stands in line ", before->second, " already"));
    }
    for (const std::vector<std::string>* line :
         {&header, static_cast<const std::vector<std::string>*>(&csv.cells)}) {
      const std::vector<absl::string_view> views(line->begin(), line->end());
      record::AppendCsvRow(views, row.csv);
    }
  }
  if (rows.empty()) return UsageError(absl::StrCat(path, " lists nothing"));
  return rows;
}

// What the rows come to. The exact numbers stay with who has the list: leaves carry bands.
struct Sums {
  std::uint64_t incidents = 0, casualties = 0;
  std::uint64_t inside = 0, near = 0, outside = 0;
  std::uint64_t anti_personnel_in_anti_tank_only = 0;

  void Add(const IncidentRow& row) {
    ++incidents;
    casualties += row.casualties;
    inside += row.place.position == v1::INCIDENT_POSITION_INSIDE ? 1 : 0;
    near += row.place.position == v1::INCIDENT_POSITION_NEAR ? 1 : 0;
    outside += row.place.position == v1::INCIDENT_POSITION_OUTSIDE ? 1 : 0;
    if (row.device == v1::DEVICE_CLASS_ANTI_PERSONNEL && row.place.only_anti_tank) {
      ++anti_personnel_in_anti_tank_only;
    }
  }
  nlohmann::json Json() const {
    return {{"incidents", incidents},
            {"casualties", casualties},
            {"inside", inside},
            {"near", near},
            {"outside", outside},
            {"anti_personnel_in_anti_tank_only", anti_personnel_in_anti_tank_only}};
  }
  std::string Text() const {
    return absl::StrCat(incidents, " incidents, ", casualties, " casualties; ", inside,
                        " inside a delivered field, ", near, " near one, ", outside,
                        " outside all; ", anti_personnel_in_anti_tank_only,
                        " with an anti-personnel device in a field of anti-tank mines only\n");
  }
};

absl::StatusOr<std::vector<IncidentRow>> PlaceAll(Context& context, const keys::Bytes& handover,
                                                  const IncidentArguments& arguments) {
  absl::StatusOr<std::vector<IncidentRow>> rows = ReadIncidents(arguments.list);
  if (!rows.ok()) return rows;
  AssessOrder order{.handover = handover, .packages = {}, .at_size = {}, .rules = arguments.rules};
  absl::StatusOr<completeness::DeliveredFields> fields = ReadDeliveredFields(context, order);
  if (!fields.ok()) return fields.status();
  for (IncidentRow& row : *rows) row.place = fields->PlaceOf(row.at, row.uncertainty_m * 100);
  return rows;
}

v1::Incident BodyOf(const IncidentRow& row) {
  v1::Incident body;
  body.set_area(row.area);
  body.set_year(static_cast<std::int32_t>(row.day.year()));
  body.set_month(row.day.month());
  body.set_casualties(BandOf(row.casualties));
  body.set_device(row.device);
  body.set_position(row.place.position);
  return body;
}

absl::StatusOr<Answer> PlaceIncidents(Context& context, const IncidentArguments& arguments) {
  absl::StatusOr<keys::Bytes> id = ResolveHandover(context, arguments.handover);
  if (!id.ok()) return id.status();
  const auto rows = PlaceAll(context, *id, arguments);
  if (!rows.ok()) return rows.status();
  Sums sums;
  nlohmann::json list = nlohmann::json::array();
  Answer answer;
  for (const IncidentRow& row : *rows) {
    sums.Add(row);
    const std::string position = ChoiceName(row.place.position, *v1::IncidentPosition_descriptor());
    absl::StrAppend(&answer.text, Printable(row.id), "  ", Printable(row.area), "  ", position,
                    "\n");
    list.push_back({{"id", row.id}, {"area", row.area}, {"position", position}});
  }
  nlohmann::json json = sums.Json();
  json["rows"] = std::move(list);
  answer.text += sums.Text();
  answer.json = JsonText(json);
  answer.next = absl::StrCat("cairn incident make --list ", arguments.list);
  return answer;
}

absl::StatusOr<Answer> MakeIncidents(Context& context, const IncidentArguments& arguments) {
  absl::StatusOr<OwnView> view = ReadOwnView(context, arguments.handover);
  if (!view.ok()) return view.status();
  const auto rows = PlaceAll(context, view->handover, arguments);
  if (!rows.ok()) return rows.status();
  const auto recipients = AnnexRecipients(context, view->log, view->handover, arguments.also);
  if (!recipients.ok()) return recipients.status();
  Progress progress("Incidents", rows->size(), context.console.shows_progress());
  Sums sums;
  nlohmann::json list = nlohmann::json::array();
  for (const IncidentRow& row : *rows) {
    absl::StatusOr<v1::AnnexRef> details =
        SealAnnex(context, view->handover, *recipients, keys::AsBytes(row.csv));
    if (!details.ok()) return details.status();
    v1::Statement statement;
    statement.set_handover(view->handover);
    *statement.mutable_incident() = BodyOf(row);
    *statement.mutable_incident()->mutable_details() = *std::move(details);
    absl::StatusOr<Spoken> spoken = Speak(context, std::move(statement));
    if (!spoken.ok()) {
      return absl::Status(spoken.status().code(),
                          absl::StrCat("incident ", row.id, " (", sums.incidents, " of ",
                                       rows->size(), " were logged): ", spoken.status().message()));
    }
    sums.Add(row);
    list.push_back({{"id", row.id}, {"leaf", spoken->leaf_index}, {"statement", spoken->id.Hex()}});
    progress.Advance(sums.incidents);
  }
  nlohmann::json json = sums.Json();
  json["logged"] = std::move(list);
  return Answer{.text = sums.Text(), .json = JsonText(json), .next = "cairn incident list"};
}

// Casualties out of the sealed details that this party can open.
absl::StatusOr<std::optional<std::uint64_t>> CasualtiesIn(Context& context,
                                                          const v1::FactIncident& fact) {
  v1::GetReceiptRequest which;
  which.set_statement(fact.statement());
  absl::StatusOr<FetchedReceipt> fetched = FetchReceipt(context, which);
  if (!fetched.ok()) return fetched.status();
  absl::StatusOr<keys::Bytes> details =
      OpenSealedAnnex(context, fetched->statement.statement().incident().details());
  if (absl::IsPermissionDenied(details.status()) || absl::IsFailedPrecondition(details.status())) {
    return std::optional<std::uint64_t>();
  }
  if (!details.ok()) return details.status();
  absl::StatusOr<record::CsvReader> reader =
      record::CsvReader::OverBytes(keys::AsBytes(*details), "details");
  if (!reader.ok()) return std::optional<std::uint64_t>();
  record::CsvRow row;
  const absl::StatusOr<bool> more = reader->Next(row);
  if (!more.ok() || !*more) return std::optional<std::uint64_t>();
  for (std::size_t i = 0; i < row.cells.size(); ++i) {
    std::uint64_t casualties = 0;
    if (reader->header()[i] == "casualties" && absl::SimpleAtoi(row.cells[i], &casualties)) {
      return std::optional<std::uint64_t>(casualties);
    }
  }
  return std::optional<std::uint64_t>();
}

absl::StatusOr<Answer> ListIncidents(Context& context, const IncidentArguments& arguments) {
  absl::StatusOr<v1::GetHandoverResponse> shown = FetchNamedHandover(context, arguments.handover);
  if (!shown.ok()) return shown.status();
  Answer answer;
  nlohmann::json list = nlohmann::json::array();
  std::uint64_t casualties = 0, opened = 0, standing = 0;
  for (const v1::FactIncident& fact : shown->facts().incidents()) {
    const bool taken_back = fact.dispute().has_ended_at();
    standing += taken_back ? 0 : 1;
    const std::string position = ChoiceName(fact.position(), *v1::IncidentPosition_descriptor());
    const std::string device = ChoiceName(fact.device(), *v1::DeviceClass_descriptor());
    const std::string band = ChoiceName(fact.casualties(), *v1::CasualtyBand_descriptor());
    const std::string month = absl::StrFormat("%d-%02d", fact.year(), fact.month());
    absl::StrAppend(&answer.text, keys::Hex(keys::AsBytes(fact.statement())).substr(0, 16),
                    "  leaf ", fact.leaf(), "  ", month, "  ", fact.area(), ", ", position, ", ",
                    device, ", casualties: ", band, "; logged by ", fact.author(),
                    taken_back ? ", taken back" : "", "\n");
    list.push_back({{"incident", keys::Hex(keys::AsBytes(fact.statement()))},
                    {"leaf", fact.leaf()},
                    {"author", fact.author()},
                    {"month", month},
                    {"area", fact.area()},
                    {"position", position},
                    {"device", device},
                    {"casualties", band},
                    {"taken_back", taken_back}});
    if (!arguments.details || taken_back) continue;
    absl::StatusOr<std::optional<std::uint64_t>> exact = CasualtiesIn(context, fact);
    if (!exact.ok()) return exact.status();
    if (!exact->has_value()) continue;
    ++opened;
    casualties += **exact;
  }
  nlohmann::json json = {{"incidents", std::move(list)}};
  if (arguments.details) {
    json["details"] = {{"opened", opened}, {"of", standing}, {"casualties", casualties}};
    absl::StrAppend(&answer.text, casualties, " casualties by the details of ", opened, " of ",
                    standing, " incidents that this party can open\n");
  }
  if (shown->facts().incidents().empty()) answer.text = "no incidents\n";
  answer.json = JsonText(json);
  return answer;
}

void AddListOptions(CLI::App& command, IncidentArguments& arguments) {
  command
      .add_option("--list", arguments.list,
                  absl::StrCat("CSV with the columns ", kColumns,
                               " (degrees of WGS 84) and others as you like; never a name"))
      ->required();
  command.add_option("--rules", arguments.rules,
                     "Rule set of the charter; default: found by its digest");
  command.add_option("--handover", arguments.handover, kHandoverHelp);
}

}  // namespace

void AddIncidentCommands(CLI::App& app, Context& context) {
  auto arguments = std::make_shared<IncidentArguments>();
  CLI::App* group = app.add_subcommand("incident", "Accidents and detonations");
  group->require_subcommand(1);
  CLI::App* place = group->add_subcommand(
      "place", "Show where incidents lie against the delivered fields; logs nothing");
  AddListOptions(*place, *arguments);
  place->callback([&context, arguments] {
    context.command = [&context, arguments] { return PlaceIncidents(context, *arguments); };
  });
  CLI::App* make = group->add_subcommand(
      "make", "Log incidents: month, band, device and position; the row itself is sealed");
  AddListOptions(*make, *arguments);
  make->add_option("--seal-to", arguments->also, "Seal the details to this party, too")
      ->allow_extra_args(false);
  make->callback([&context, arguments] {
    context.command = [&context, arguments] { return MakeIncidents(context, *arguments); };
  });
  CLI::App* list = group->add_subcommand("list", "Incidents of a handover");
  list->add_flag("--details", arguments->details,
                 "Open what is sealed to your party, and sum the casualties");
  list->add_option("--handover", arguments->handover, kHandoverHelp);
  list->callback([&context, arguments] {
    context.command = [&context, arguments] { return ListIncidents(context, *arguments); };
  });
}

}  // namespace cairn::client
