#include <grpcpp/grpcpp.h>
#include <CLI/CLI.hpp>

#include <algorithm>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "audit/completeness/rule_set.h"
#include "cairn/v1/state.pb.h"
#include "cairn/v1/statement.pb.h"
#include "client/annex.h"
#include "client/charter_file.h"
#include "client/commands/commands.h"
#include "client/commands/handover_id.h"
#include "client/connection.h"
#include "client/context.h"
#include "client/handover_text.h"
#include "client/holding_file.h"
#include "client/rule_file.h"
#include "client/speak.h"
#include "keys/encoding.h"

namespace cairn::client {
namespace {

struct HandoverArguments {
  std::string charter;
  std::string handover;
  std::string file;
  bool again = false;
};

bool HasRole(const v1::KeyState& key, v1::KeyRole wanted) {
  for (const int role : key.roles()) {
    if (role == wanted) return !key.has_revoked_at();
  }
  return false;
}

// The sealing keys of each recipient, as the log has them.
absl::Status AddRecipients(Connection& connection, const CharterFile& file, v1::Charter& charter) {
  for (const auto& [party, persons] : file.recipients) {
    v1::GetPartyRequest request;
    request.set_party(party);
    absl::StatusOr<v1::GetPartyResponse> found =
        connection.Call(&v1::HandoverService::Stub::GetParty, connection.handovers(), request);
    if (!found.ok()) return found.status();
    v1::Recipient& recipient = *charter.add_recipients();
    recipient.set_party(party);
    for (const v1::KeyState& key : found->party().keys()) {
      if (HasRole(key, v1::KEY_ROLE_SEALING)) recipient.add_keys(key.key());
      if (persons && HasRole(key, v1::KEY_ROLE_SEALING_PERSONS)) {
        recipient.add_persons_keys(key.key());
      }
    }
    if (recipient.keys_size() < 2) {
      return absl::FailedPreconditionError(
          absl::StrCat(party, " has ", recipient.keys_size(),
                       " sealing keys in the log; a recipient needs two, ",
                       "so that losing one loses no package. It adds one with: cairn key add NAME "
                       "--role sealing"));
    }
  }
  return absl::OkStatus();
}

// Two handovers of one name by one party are nearly always a slip, and neither can be taken back.
absl::Status CheckNameIsNew(Context& context, const std::string& name) {
  const absl::StatusOr<Profile> profile = context.GetProfile();
  if (!profile.ok()) return profile.status();
  const absl::StatusOr<std::vector<v1::HandoverSummary>> all = ListHandovers(context);
  if (!all.ok()) return all.status();
  for (const v1::HandoverSummary& one : *all) {
    if (one.name() != name) continue;
    absl::StatusOr<v1::GetHandoverResponse> shown = FetchHandover(context, one.handover());
    if (!shown.ok()) return shown.status();
    if (shown->state().charter().opened_by() != profile->party) continue;
    return absl::FailedPreconditionError(absl::StrCat(
        "your party has opened a handover ", Printable(name),
        " in this log: ", keys::Hex(keys::AsBytes(one.handover())),
        "; give the charter another name, or open one more of this name with --again"));
  }
  return absl::OkStatus();
}

std::string OpeningQuestion(const v1::Charter& charter) {
  std::vector<std::string> parties;
  for (const v1::CharterParty& one : charter.parties()) parties.push_back(one.party());
  return absl::StrCat("You open the handover ", Printable(charter.name()),
                      charter.exercise() ? " (exercise)" : " (in earnest)", " between ",
                      Printable(absl::StrJoin(parties, ", ")),
                      ". It stays in the log and cannot be taken back. Open it?");
}

absl::StatusOr<Answer> OpenHandover(Context& context, const HandoverArguments& arguments) {
  absl::StatusOr<CharterFile> file = ParseCharterFile(arguments.charter);
  if (!file.ok()) return file.status();
  const absl::StatusOr<Home> home = context.GetHome();
  if (!home.ok()) return home.status();
  absl::StatusOr<completeness::Rules> rules = LoadRules(file->rule_set);
  if (!rules.ok()) return rules.status();
  absl::StatusOr<Connection*> connection = context.Connect();
  if (!connection.ok()) return connection.status();

  v1::Statement statement;
  v1::Charter& charter = *statement.mutable_open_handover()->mutable_charter();
  charter = file->charter;
  *charter.mutable_rule_set() = rules->ref();
  if (absl::Status added = AddRecipients(**connection, *file, charter); !added.ok()) return added;
  if (!file->control_history.empty()) {
    absl::StatusOr<v1::AnnexRef> annex = StoreAnnexFile(*home, file->control_history);
    if (!annex.ok()) return annex.status();
    *charter.mutable_control_history() = *std::move(annex);
  }
  v1::AnnexRef history = charter.control_history();
  const absl::StatusOr<bool> waiting = IsWaiting(context, statement);
  if (!waiting.ok()) return waiting.status();
  const absl::Status is_new =
      *waiting || arguments.again ? absl::OkStatus() : CheckNameIsNew(context, charter.name());
  if (!is_new.ok()) return is_new;
  const absl::StatusOr<bool> sure = context.Confirm(OpeningQuestion(charter));
  if (!sure.ok()) return sure.status();
  if (!*sure) return absl::CancelledError("nothing was signed");
  absl::StatusOr<Spoken> spoken = Speak(context, std::move(statement));
  if (!spoken.ok()) return spoken.status();
  if (spoken->waited && !history.digest().empty()) {  // Signed with the annex of that run.
    absl::StatusOr<v1::GetHandoverResponse> shown = FetchHandover(context, spoken->id.ToBytes());
    if (!shown.ok()) return shown.status();
    history = shown->state().charter().charter().control_history();
  }
  // Whoever assesses needs it: the checks of dates read who controlled which area when.
  if (!history.digest().empty()) {
    const absl::Status shared = ShareAnnex(context, spoken->id.ToBytes(), history);
    if (!shared.ok()) {
      context.console.Talk(absl::StrCat("the control history could not be put with the content (",
                                        shared.message(), "); give the other parties ",
                                        AnnexPath(*home, history), " and its .salt"));
    }
  }
  Answer answer = SpokenAnswer("handover opened", *spoken);
  absl::StrAppend(&answer.text, "Its id is ", spoken->id.Hex(),
                  ". It is in force once every party named has accepted it.\n");
  answer.next = absl::StrCat("each party: cairn handover accept ", spoken->id.Hex());
  return answer;
}

absl::StatusOr<Answer> Accept(Context& context, const HandoverArguments& arguments) {
  absl::StatusOr<keys::Bytes> id = ResolveHandover(context, arguments.handover);
  if (!id.ok()) return id.status();
  absl::StatusOr<v1::GetHandoverResponse> shown = FetchHandover(context, *id);
  if (!shown.ok()) return shown.status();
  const absl::StatusOr<bool> sure = context.Confirm(
      absl::StrCat(HandoverText(shown->state()), "\nAccept this charter for your party?"));
  if (!sure.ok()) return sure.status();
  if (!*sure) return absl::CancelledError("the charter was not accepted");
  v1::Statement statement;
  statement.set_handover(*id);
  statement.mutable_accept_charter()->set_charter(shown->state().charter().statement());
  absl::StatusOr<Spoken> spoken = Speak(context, std::move(statement));
  if (!spoken.ok()) return spoken.status();
  return SpokenAnswer("charter accepted", *spoken);
}

absl::StatusOr<Answer> Show(Context& context, const HandoverArguments& arguments) {
  absl::StatusOr<v1::GetHandoverResponse> shown = FetchNamedHandover(context, arguments.handover);
  if (!shown.ok()) return shown.status();
  return Answer{.text = absl::StrCat(HandoverText(shown->state()),
                                     "As the broker computes it; recompute it with: cairn audit\n"),
                .json = HandoverJson(shown->state())};
}

absl::StatusOr<Answer> List(Context& context) {
  const absl::StatusOr<std::vector<v1::HandoverSummary>> all = ListHandovers(context);
  if (!all.ok()) return all.status();
  Answer answer;
  nlohmann::json list = nlohmann::json::array();
  for (const v1::HandoverSummary& one : *all) {
    const std::string id = keys::Hex(keys::AsBytes(one.handover()));
    absl::StrAppend(&answer.text, id, "  ", Printable(one.name()),
                    one.exercise() ? "  (exercise)" : "",
                    one.closed()     ? "  closed"
                    : one.in_force() ? "  in force"
                                     : "  opened",
                    "\n");
    list.push_back({{"handover", id},
                    {"name", one.name()},
                    {"exercise", one.exercise()},
                    {"in_force", one.in_force()},
                    {"closed", one.closed()}});
  }
  answer.json = JsonText(list);
  return answer;
}

v1::Settlement SettlementOf(const v1::AreaState& area) {
  if (area.phase() == v1::AREA_PHASE_NOTHING_DELIVERED) return v1::SETTLEMENT_NOTHING_DELIVERED;
  return area.owed_documents() > 0 ? v1::SETTLEMENT_GAPS_OWED : v1::SETTLEMENT_SETTLED;
}

// Closes with the areas as the log has them: what is owed is stated, not asked.
absl::StatusOr<Answer> Close(Context& context, const HandoverArguments& arguments) {
  absl::StatusOr<keys::Bytes> id = ResolveHandover(context, arguments.handover);
  if (!id.ok()) return id.status();
  absl::StatusOr<v1::GetHandoverResponse> shown = FetchHandover(context, *id);
  if (!shown.ok()) return shown.status();
  const absl::StatusOr<bool> sure = context.Confirm(
      "Close the handover? Afterwards only supplements, findings, incidents, claims and replies");
  if (!sure.ok()) return sure.status();
  if (!*sure) return absl::CancelledError("the handover stays open");
  v1::Statement statement;
  statement.set_handover(*id);
  for (const v1::AreaState& area : shown->state().areas()) {
    v1::AreaPosition& position = *statement.mutable_close_handover()->add_areas();
    position.set_area(area.area());
    position.set_settlement(SettlementOf(area));
    position.set_records_owed(area.owed_documents());
  }
  absl::StatusOr<Spoken> spoken = Speak(context, std::move(statement));
  if (!spoken.ok()) return spoken.status();
  Answer answer = SpokenAnswer("closing proposed", *spoken);
  answer.next = absl::StrCat("further mediators: cairn statement endorse ", spoken->id.Hex(),
                             " --handover ", keys::Hex(keys::AsBytes(*id)));
  return answer;
}

// The order that a declaration's rows must have; rows of areas or sources that the charter does not
// have come last, for the fold to name.
void SortAsInCharter(const v1::Charter& charter, std::vector<v1::HoldingRow>& rows) {
  std::map<std::string, int> areas, sources;
  for (const v1::CharterArea& area : charter.areas()) {
    areas.emplace(area.area(), static_cast<int>(areas.size()) - charter.areas_size());
  }
  for (const v1::CharterSource& source : charter.sources()) {
    sources.emplace(source.source(), static_cast<int>(sources.size()) - charter.sources_size());
  }
  std::stable_sort(rows.begin(), rows.end(), [&](const auto& a, const auto& b) {
    return std::pair(areas[a.area()], sources[a.source()]) <
           std::pair(areas[b.area()], sources[b.source()]);
  });
}

absl::StatusOr<Answer> DeclareHolding(Context& context, const HandoverArguments& arguments) {
  absl::StatusOr<keys::Bytes> id = ResolveHandover(context, arguments.handover);
  if (!id.ok()) return id.status();
  absl::StatusOr<std::vector<v1::HoldingRow>> rows = ReadHoldingFile(arguments.file);
  if (!rows.ok()) return rows.status();
  absl::StatusOr<v1::GetHandoverResponse> shown = FetchHandover(context, *id);
  if (!shown.ok()) return shown.status();
  SortAsInCharter(shown->state().charter().charter(), *rows);
  v1::Statement statement;
  statement.set_handover(*id);
  std::uint64_t documents = 0;
  for (v1::HoldingRow& row : *rows) {
    documents += row.documents();
    *statement.mutable_declare_holding()->add_rows() = std::move(row);
  }
  absl::StatusOr<Spoken> spoken = Speak(context, std::move(statement));
  if (!spoken.ok()) return spoken.status();
  return SpokenAnswer(
      absl::StrCat("holding of ", documents, " records in ", rows->size(), " rows declared"),
      *spoken);
}

void AddHoldingCommands(CLI::App& app, Context& context,
                        const std::shared_ptr<HandoverArguments>& arguments) {
  CLI::App* holding = app.add_subcommand("holding", "What a holding party says that it has");
  holding->require_subcommand(1);
  CLI::App* declare = holding->add_subcommand("declare", "Declare the holding by area and source");
  declare->add_option("--file", arguments->file, kHoldingFileHelp)->required();
  declare->add_option("--handover", arguments->handover, kHandoverHelp);
  declare->callback([&context, arguments] {
    context.command = [&context, arguments] { return DeclareHolding(context, *arguments); };
  });
}

}  // namespace

void AddHandoverCommands(CLI::App& app, Context& context) {
  auto arguments = std::make_shared<HandoverArguments>();
  CLI::App* handover = app.add_subcommand("handover", "Handovers and their charters");
  handover->require_subcommand(1);
  CLI::App* open =
      handover->add_subcommand("open", "As a mediator, open a handover by its charter");
  open->add_option("--charter", arguments->charter, "Charter file (TOML)")->required();
  open->add_flag("--again", arguments->again, "Although your party opened one of this name");
  open->callback([&context, arguments] {
    context.command = [&context, arguments] { return OpenHandover(context, *arguments); };
  });
  using Run = absl::StatusOr<Answer> (*)(Context&, const HandoverArguments&);
  const struct {
    const char* name;
    const char* help;
    Run run;
  } kOnOne[] = {{"accept", "Accept the charter for your party", Accept},
                {"show", "Where it stands, and who owes what", Show},
                {"close", "As a mediator, propose to close it", Close}};
  for (const auto& one : kOnOne) {
    CLI::App* command = handover->add_subcommand(one.name, one.help);
    command->add_option("HANDOVER", arguments->handover, kHandoverHelp);
    command->callback([&context, arguments, run = one.run] {
      context.command = [&context, arguments, run] { return run(context, *arguments); };
    });
  }
  handover->add_subcommand("list", "List the handovers of the log")->callback([&context] {
    context.command = [&context] { return List(context); };
  });
  AddHoldingCommands(app, context, arguments);
}

}  // namespace cairn::client
