#include <CLI/CLI.hpp>
#include <memory>
#include <nlohmann/json.hpp>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "audit/ledger/fields.h"
#include "audit/statement/wire.h"
#include "cairn/v1/statement.pb.h"
#include "client/commands/commands.h"
#include "client/commands/roles.h"
#include "client/context.h"
#include "client/speak.h"
#include "keys/encoding.h"
#include "keys/key_file.h"
#include "keys/possession.h"

namespace cairn::client {
namespace {

// The keys that a party begins with: one that signs daily, one kept for the day that one is lost,
// two sealing keys so that losing one loses no package, one for the persons' files.
struct FirstKey {
  const char* name;
  keys::KeyType type;
};
constexpr FirstKey kFirstKeys[] = {{"signing", keys::KeyType::kEd25519},
                                   {"recovery", keys::KeyType::kEd25519},
                                   {"sealing-1", keys::KeyType::kX25519},
                                   {"sealing-2", keys::KeyType::kX25519},
                                   {"persons-1", keys::KeyType::kX25519}};

struct KeyArguments {
  std::string party;
  std::string name;
  std::string cost = "moderate";
  std::string type = "signing";
  std::string fingerprint;
  std::string reason = "retired";
  std::vector<std::string> roles;
  bool no_keys = false;
};

absl::StatusOr<keys::PassphraseCost> CostOf(const std::string& text) {
  if (text == "minimum") return keys::kMinimumCost;
  if (text == "interactive") return keys::kInteractiveCost;
  if (text == "moderate") return keys::kModerateCost;
  if (text == "sensitive") return keys::kSensitiveCost;
  return UsageError("--cost is minimum, interactive, moderate or sensitive");
}

// What the broker would refuse later is refused before anything is made.
absl::Status CheckNamed(absl::string_view option, const ledger::MaybeComplaint& complaint) {
  if (!complaint.has_value()) return absl::OkStatus();
  return UsageError(absl::StrCat(option, ": ", complaint->message, ". ", complaint->remedy));
}

absl::Status CheckNames(const KeyArguments& arguments) {
  absl::Status status = CheckNamed("--party", ledger::CheckHandle(arguments.party));
  if (status.ok()) status = CheckNamed("--name", ledger::CheckName(arguments.name));
  if (status.ok() && !statement::wire::IsUtf8(keys::AsBytes(arguments.name)))
    status = UsageError("--name: it is no UTF-8");
  return status;
}

absl::Status MakeKeyFile(Context& context, const Home& home, const std::string& name,
                         keys::KeyType type, keys::PassphraseCost cost) {
  if (absl::Status fits = CheckNamed("the key's name", ledger::CheckHandle(name)); !fits.ok()) {
    return fits;
  }
  const absl::StatusOr<const keys::SecretBytes*> passphrase = context.GetPassphrase(true);
  if (!passphrase.ok()) return passphrase.status();
  const keys::PrivateKey key = type == keys::KeyType::kEd25519
                                   ? keys::PrivateKey(keys::SigningPrivateKey::Generate())
                                   : keys::PrivateKey(keys::SealingPrivateKey::Generate());
  return keys::WriteKeyFile(home.Key(name), name, key, **passphrase, cost);
}

std::string PublicText(const keys::KeyFileHeader& header) {
  if (header.type == keys::KeyType::kEd25519)
    return keys::Hex(keys::AsBytes(header.typed_public_key));
  const auto recipient =
      keys::SealingPublicKey::FromTypedBytes(keys::AsBytes(header.typed_public_key));
  return recipient.ok() ? recipient->Recipient() : "";
}

absl::StatusOr<Answer> ListKeys(const Context& context) {
  const absl::StatusOr<Home> home = context.GetHome();
  if (!home.ok()) return home.status();
  absl::StatusOr<std::vector<std::string>> names = ListFiles(home->Keys());
  if (!names.ok()) return names.status();
  Answer answer;
  nlohmann::json list = nlohmann::json::array();
  for (const std::string& file : *names) {
    if (!absl::EndsWith(file, ".key")) continue;  // An operator's folder has its entry as well.
    absl::StatusOr<keys::KeyFileHeader> header =
        keys::ReadKeyFileHeader(absl::StrCat(home->Keys(), "/", file));
    if (!header.ok()) return header.status();
    const std::string fingerprint =
        keys::FingerprintOf(keys::AsBytes(header->typed_public_key)).Hex();
    const std::string type(keys::KeyTypeName(header->type));
    absl::StrAppend(&answer.text, header->name, "  ", type, "  ", PublicText(*header),
                    "\n    fingerprint ", fingerprint, "\n");
    list.push_back({{"name", header->name},
                    {"type", type},
                    {"public", PublicText(*header)},
                    {"fingerprint", fingerprint}});
  }
  if (list.empty()) answer.text = "no keys; make them with: cairn init\n";
  answer.json = JsonText(list);
  return answer;
}

absl::StatusOr<Answer> Init(Context& context, const KeyArguments& arguments) {
  const absl::StatusOr<Home> home = context.GetHome();
  if (!home.ok()) return home.status();
  const absl::StatusOr<keys::PassphraseCost> cost = CostOf(arguments.cost);
  if (!cost.ok()) return cost.status();
  if (absl::Status named = CheckNames(arguments); !named.ok()) return named;
  if (LoadProfile(*home).ok()) {
    return absl::AlreadyExistsError(
        absl::StrCat(home->Profile(), " is there already; another party needs another --home"));
  }
  if (absl::Status made = MakeFolder(home->Keys()); !made.ok()) return made;
  for (const FirstKey& first : kFirstKeys) {
    if (arguments.no_keys) break;
    const absl::Status made = MakeKeyFile(context, *home, first.name, first.type, *cost);
    // An interrupted run is taken up where it ended: keys that are there stay.
    if (!made.ok() && !absl::IsAlreadyExists(made)) return made;
  }
  Profile profile;
  profile.party = arguments.party;
  profile.name = arguments.name;
  if (absl::Status saved = SaveProfile(*home, profile); !saved.ok()) return saved;
  absl::StatusOr<Answer> answer = ListKeys(context);
  if (answer.ok()) {
    answer->text = absl::StrCat("Keys of ", arguments.party, " in ", home->Keys(), ":\n",
                                answer->text, "Keep recovery.key and a copy of the sealing keys ",
                                "somewhere else. Nobody can replace them.\n");
    answer->next = "cairn log trust --vkey VKEY --genesis DIGEST --broker HOST:PORT";
  }
  return answer;
}

absl::StatusOr<Answer> NewKey(Context& context, const KeyArguments& arguments) {
  const absl::StatusOr<Home> home = context.GetHome();
  if (!home.ok()) return home.status();
  const absl::StatusOr<keys::PassphraseCost> cost = CostOf(arguments.cost);
  if (!cost.ok()) return cost.status();
  const auto type = arguments.type == "signing" ? keys::KeyType::kEd25519 : keys::KeyType::kX25519;
  if (absl::Status made = MakeFolder(home->Keys()); !made.ok()) return made;
  if (absl::Status made = MakeKeyFile(context, *home, arguments.name, type, *cost); !made.ok()) {
    return made;
  }
  absl::StatusOr<Answer> answer = ListKeys(context);
  if (answer.ok()) answer->next = absl::StrCat("cairn key add ", arguments.name, " --role ...");
  return answer;
}

absl::StatusOr<Answer> AddKey(Context& context, const KeyArguments& arguments) {
  const absl::StatusOr<Home> home = context.GetHome();
  if (!home.ok()) return home.status();
  const absl::StatusOr<Profile> profile = context.GetProfile();
  if (!profile.ok()) return profile.status();
  const absl::StatusOr<keys::KeyFileHeader> header =
      keys::ReadKeyFileHeader(home->Key(arguments.name));
  if (!header.ok()) return header.status();
  absl::StatusOr<std::vector<v1::KeyRole>> roles = ParseKeyRoles(arguments.roles);
  if (!roles.ok()) return roles.status();
  // A signing key proves itself; a sealing key is vouched for by the key that signs.
  const bool signs = header->type == keys::KeyType::kEd25519;
  absl::StatusOr<keys::SigningPrivateKey> prover =
      context.LoadSigningKey(signs ? arguments.name : context.options.signing_key);
  if (!prover.ok()) return prover.status();

  v1::Statement statement;
  v1::KeyGrant& grant = *statement.mutable_add_key()->mutable_grant();
  grant.set_key(header->typed_public_key);
  grant.set_name(arguments.name);
  for (const v1::KeyRole role : *roles) grant.add_roles(role);
  grant.set_possession(keys::ProvePossession(*prover, profile->log_origin, profile->party,
                                             keys::AsBytes(header->typed_public_key)));
  absl::StatusOr<Spoken> spoken = Speak(context, std::move(statement));
  if (!spoken.ok()) return spoken.status();
  return SpokenAnswer(absl::StrCat("key ", arguments.name, " added"), *spoken);
}

absl::StatusOr<Answer> RevokeKey(Context& context, const KeyArguments& arguments) {
  absl::StatusOr<keys::Bytes> fingerprint = keys::ParseHex(arguments.fingerprint);
  if (!fingerprint.ok() || fingerprint->size() != keys::kDigestSize) {
    return UsageError("FINGERPRINT is 64 hexadecimal digits, as `cairn key list` prints them");
  }
  v1::Statement statement;
  statement.mutable_revoke_key()->set_key(*fingerprint);
  statement.mutable_revoke_key()->set_reason(arguments.reason == "lost" ? v1::REVOCATION_REASON_LOST
                                             : arguments.reason == "compromised"
                                                 ? v1::REVOCATION_REASON_COMPROMISED
                                                 : v1::REVOCATION_REASON_RETIRED);
  const absl::StatusOr<bool> sure =
      context.Confirm(absl::StrCat("Revoke ", arguments.fingerprint, " for ever?"));
  if (!sure.ok()) return sure.status();
  if (!*sure) return absl::CancelledError("nothing was revoked");
  absl::StatusOr<Spoken> spoken = Speak(context, std::move(statement));
  if (!spoken.ok()) return spoken.status();
  return SpokenAnswer("key revoked", *spoken);
}

}  // namespace

void AddKeyCommands(CLI::App& app, Context& context) {
  auto arguments = std::make_shared<KeyArguments>();
  CLI::App* init = app.add_subcommand("init", "Make a profile and the first keys of a party");
  init->add_option("--party", arguments->party, "Handle: a-z, 0-9 and '-'")->required();
  init->add_option("--name", arguments->name, "Name of the organisation or office")->required();
  init->add_option(
          "--cost", arguments->cost,
          "Work that guessing the passphrase takes: minimum (exercises only), interactive, "
          "moderate, sensitive")
      ->capture_default_str();
  init->add_flag("--no-keys", arguments->no_keys,
                 "Only the profile: the key files are there already, as an operator's are");
  init->callback([&context, arguments] {
    context.command = [&context, arguments] { return Init(context, *arguments); };
  });

  CLI::App* key = app.add_subcommand("key", "Keys of this party");
  key->require_subcommand(1);
  key->add_subcommand("list", "List the key files")->callback([&context] {
    context.command = [&context] { return ListKeys(context); };
  });
  CLI::App* made = key->add_subcommand("new", "Make a further key file");
  made->add_option("NAME", arguments->name, "Name of the new key")->required();
  made->add_option("--type", arguments->type, "signing or sealing")
      ->check(CLI::IsMember({"signing", "sealing"}))
      ->capture_default_str();
  made->add_option("--cost", arguments->cost, "As for init")->capture_default_str();
  made->callback([&context, arguments] {
    context.command = [&context, arguments] { return NewKey(context, *arguments); };
  });
  CLI::App* add = key->add_subcommand("add", "Log a key of yours, so that it may act");
  add->add_option("NAME", arguments->name, "Name of the key file")->required();
  add->add_option("--role", arguments->roles, KeyRoleHelp())->required();
  add->callback([&context, arguments] {
    context.command = [&context, arguments] { return AddKey(context, *arguments); };
  });
  CLI::App* revoke = key->add_subcommand("revoke", "Revoke a key of yours, for ever");
  revoke->add_option("FINGERPRINT", arguments->fingerprint, "64 hexadecimal digits")->required();
  revoke->add_option("--reason", arguments->reason, "retired, lost or compromised")
      ->check(CLI::IsMember({"retired", "lost", "compromised"}))
      ->capture_default_str();
  revoke->callback([&context, arguments] {
    context.command = [&context, arguments] { return RevokeKey(context, *arguments); };
  });
}

}  // namespace cairn::client
