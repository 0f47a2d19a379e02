#include <grpcpp/grpcpp.h>
#include <CLI/CLI.hpp>
#include <memory>
#include <nlohmann/json.hpp>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "audit/statement/canonical.h"
#include "cairn/v1/state.pb.h"
#include "cairn/v1/statement.pb.h"
#include "client/commands/commands.h"
#include "client/commands/roles.h"
#include "client/connection.h"
#include "client/context.h"
#include "client/speak.h"
#include "keys/encoding.h"
#include "keys/key_file.h"
#include "keys/possession.h"

namespace cairn::client {
namespace {

constexpr std::size_t kMaxEntryFileBytes = std::size_t{32} * 1024;

struct PartyArguments {
  std::string origin;
  std::string file;
  std::string party;
};

// The roles that a key of a first set has, by the name of its file.
std::vector<v1::KeyRole> RolesByName(const std::string& name) {
  if (name == "recovery") return {v1::KEY_ROLE_RECOVERY};
  if (name.rfind("sealing", 0) == 0) return {v1::KEY_ROLE_SEALING};
  if (name.rfind("persons", 0) == 0) return {v1::KEY_ROLE_SEALING_PERSONS};
  return {v1::KEY_ROLE_ALL_ACTS};
}

absl::StatusOr<v1::KeyGrant> GrantOf(Context& context, const Home& home, const std::string& name,
                                     const std::string& origin, const std::string& party,
                                     const keys::SigningPrivateKey& signing) {
  absl::StatusOr<keys::KeyFileHeader> header = keys::ReadKeyFileHeader(home.Key(name));
  if (!header.ok()) return header.status();
  v1::KeyGrant grant;
  grant.set_key(header->typed_public_key);
  grant.set_name(name);
  for (const v1::KeyRole role : RolesByName(name)) grant.add_roles(role);
  const keys::ByteView typed = keys::AsBytes(header->typed_public_key);
  if (header->type == keys::KeyType::kEd25519 && name != "signing") {
    absl::StatusOr<keys::SigningPrivateKey> own = context.LoadSigningKey(name);
    if (!own.ok()) return own.status();
    grant.set_possession(keys::ProvePossession(*own, origin, party, typed));
  } else {
    grant.set_possession(keys::ProvePossession(signing, origin, party, typed));
  }
  return grant;
}

// The entry that registrars enrol: this party's public keys, each with its proof of possession.
absl::StatusOr<Answer> MakeEntry(Context& context, const PartyArguments& arguments) {
  const absl::StatusOr<Home> home = context.GetHome();
  if (!home.ok()) return home.status();
  absl::StatusOr<Profile> profile = context.GetProfile();
  if (!profile.ok()) return profile.status();
  const std::string origin = arguments.origin.empty() ? profile->log_origin : arguments.origin;
  if (origin.empty()) return UsageError("give the log's origin with --origin");
  absl::StatusOr<keys::SigningPrivateKey> signing = context.LoadSigningKey("signing");
  if (!signing.ok()) return signing.status();
  v1::PartyEntry entry;
  entry.set_party(profile->party);
  entry.set_name(profile->name);
  for (const char* name : {"signing", "recovery", "sealing-1", "sealing-2", "persons-1"}) {
    absl::StatusOr<v1::KeyGrant> grant =
        GrantOf(context, *home, name, origin, profile->party, *signing);
    if (!grant.ok()) return grant.status();
    *entry.add_keys() = *std::move(grant);
  }
  absl::StatusOr<keys::Bytes> bytes = statement::CanonicalBytes(entry);
  if (!bytes.ok()) return bytes.status();
  if (absl::Status kept = WriteNewFile(arguments.file, keys::AsBytes(*bytes)); !kept.ok()) {
    return kept;
  }
  const std::string digest = keys::Sha256(keys::AsBytes(*bytes)).Hex();
  const nlohmann::json json = {
      {"party", profile->party}, {"file", arguments.file}, {"sha256", digest}};
  return Answer{.text = absl::StrCat("Wrote ", arguments.file, " (", entry.keys_size(),
                                     " public keys of ", profile->party, "), SHA-256 ", digest,
                                     "\nGive it to the registrars, and read them the digest.\n"),
                .json = JsonText(json)};
}

absl::StatusOr<Answer> Enrol(Context& context, const PartyArguments& arguments) {
  absl::StatusOr<keys::Bytes> file = ReadFile(arguments.file, kMaxEntryFileBytes);
  if (!file.ok()) return file.status();
  v1::Statement statement;
  v1::PartyEntry& entry = *statement.mutable_enrol_party()->mutable_entry();
  if (absl::Status parsed = statement::ParseCanonical(keys::AsBytes(*file), entry); !parsed.ok()) {
    return absl::InvalidArgumentError(
        absl::StrCat(arguments.file,
                     " is not a party entry as `cairn party entry` writes it: ", parsed.message()));
  }
  const absl::StatusOr<bool> sure = context.Confirm(
      absl::StrCat("Enrol ", entry.party(), " (", entry.name(), "), SHA-256 of the entry ",
                   keys::Sha256(keys::AsBytes(*file)).Hex(), "?"));
  if (!sure.ok()) return sure.status();
  if (!*sure) return absl::CancelledError("nobody was enrolled");
  const std::string party = entry.party();
  absl::StatusOr<Spoken> spoken = Speak(context, std::move(statement));
  if (!spoken.ok()) return spoken.status();
  Answer answer = SpokenAnswer(absl::StrCat("enrolment of ", party), *spoken);
  answer.next = absl::StrCat("each further registrar: cairn statement endorse ", spoken->id.Hex());
  return answer;
}

nlohmann::json PartyJson(const v1::PartyState& party) {
  nlohmann::json keys = nlohmann::json::array();
  for (const v1::KeyState& key : party.keys()) {
    nlohmann::json roles = nlohmann::json::array();
    for (const int role : key.roles()) roles.push_back(KeyRoleName(static_cast<v1::KeyRole>(role)));
    keys.push_back({{"name", key.name()},
                    {"fingerprint", keys::Hex(keys::AsBytes(key.fingerprint()))},
                    {"roles", roles},
                    {"revoked", key.has_revoked_at()},
                    {"statements", key.sequence()}});
  }
  return {{"party", party.party()}, {"name", party.name()}, {"leaf", party.leaf()}, {"keys", keys}};
}

std::string PartyText(const v1::PartyState& party) {
  std::string text = absl::StrCat(
      party.party(), "  ", Printable(party.name()), "  enrolled at leaf ", party.leaf(),
      party.is_operator() ? ", operator" : "", party.is_registrar() ? ", registrar" : "", "\n");
  for (const v1::KeyState& key : party.keys()) {
    std::vector<std::string> roles;
    for (const int role : key.roles()) roles.push_back(KeyRoleName(static_cast<v1::KeyRole>(role)));
    absl::StrAppend(
        &text, "    ", Printable(key.name()), "  ", absl::StrJoin(roles, ","), "  ",
        keys::Hex(keys::AsBytes(key.fingerprint())),
        key.has_revoked_at() ? absl::StrCat("  revoked at leaf ", key.revoked_at()) : "", "\n");
  }
  return text;
}

absl::StatusOr<Answer> ListParties(Context& context) {
  absl::StatusOr<Connection*> connection = context.Connect();
  if (!connection.ok()) return connection.status();
  Answer answer;
  nlohmann::json list = nlohmann::json::array();
  v1::ListPartiesRequest request;
  do {
    absl::StatusOr<v1::ListPartiesResponse> page =
        (*connection)
            ->Call(&v1::HandoverService::Stub::ListParties, (*connection)->handovers(), request);
    if (!page.ok()) return page.status();
    for (const v1::PartyState& party : page->parties()) {
      answer.text += PartyText(party);
      list.push_back(PartyJson(party));
    }
    request.set_page_token(page->next_page_token());
  } while (!request.page_token().empty());
  answer.json = JsonText(list);
  return answer;
}

absl::StatusOr<Answer> ShowParty(Context& context, const PartyArguments& arguments) {
  absl::StatusOr<Connection*> connection = context.Connect();
  if (!connection.ok()) return connection.status();
  v1::GetPartyRequest request;
  request.set_party(arguments.party);
  absl::StatusOr<v1::GetPartyResponse> answer =
      (*connection)
          ->Call(&v1::HandoverService::Stub::GetParty, (*connection)->handovers(), request);
  if (absl::IsNotFound(answer.status())) {
    return absl::NotFoundError(absl::StrCat("the log has no party '", arguments.party,
                                            "'; those that it has: cairn party list"));
  }
  if (!answer.ok()) return answer.status();
  return Answer{.text = PartyText(answer->party()), .json = JsonText(PartyJson(answer->party()))};
}

}  // namespace

void AddPartyCommands(CLI::App& app, Context& context) {
  auto arguments = std::make_shared<PartyArguments>();
  CLI::App* party = app.add_subcommand("party", "Parties of a log");
  party->require_subcommand(1);
  CLI::App* entry =
      party->add_subcommand("entry", "Write this party's public keys for the registrars to enrol");
  entry->add_option("FILE", arguments->file, "File to write")->required();
  entry->add_option("--origin", arguments->origin, "Origin of the log; default: the profile's");
  entry->callback([&context, arguments] {
    context.command = [&context, arguments] { return MakeEntry(context, *arguments); };
  });
  CLI::App* enrol = party->add_subcommand("enrol", "As a registrar, enrol a party by its entry");
  enrol->add_option("FILE", arguments->file, "Entry file of the party")->required();
  enrol->callback([&context, arguments] {
    context.command = [&context, arguments] { return Enrol(context, *arguments); };
  });
  party->add_subcommand("list", "List the parties and their keys")->callback([&context] {
    context.command = [&context] { return ListParties(context); };
  });
  CLI::App* show = party->add_subcommand("show", "Show one party");
  show->add_option("PARTY", arguments->party, "Handle")->required();
  show->callback([&context, arguments] {
    context.command = [&context, arguments] { return ShowParty(context, *arguments); };
  });
}

}  // namespace cairn::client
