#include "broker/witness_commands.h"

#include <filesystem>
#include <iostream>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "audit/log/rocks_store.h"
#include "audit/note/checkpoint.h"
#include "audit/witness/records.h"
#include "broker/logging.h"
#include "broker/new_file.h"
#include "broker/witness_server.h"
#include "keys/vkey.h"

namespace cairn::broker {
namespace {

constexpr char kWitnessPrompt[] = "Passphrase of the witness's key: ";
constexpr char kEmptyList[] =
    "logs/v0\n"
    "# One log after the other: its verifier key, and how many requests a day it may make.\n"
    "#   vkey <vkey>\n"
    "#   qpd 172800\n";

absl::StatusOr<WitnessConfig> ResolveWitnessConfig(const CommonFlags& flags) {
  WitnessConfig config;
  absl::Status resolved = ResolveSettings(flags, BindSettings(config));
  if (resolved.ok()) resolved = CheckConfig(config);
  if (!resolved.ok()) return resolved;
  return config;
}

// The files of a new witness, in the order in which they are made.
struct NewWitness {
  std::string key_path;
  std::string vkey_path;
  std::string logs_path;
  std::string config_path;
  std::string vkey;
};

absl::StatusOr<NewWitness> MakeWitness(const CommonFlags& flags, const WitnessInitRequest& request,
                                       const keys::SecretBytes& passphrase) {
  std::error_code error;
  const std::filesystem::path config_path = std::filesystem::absolute(flags.config_path, error);
  const std::filesystem::path base = config_path.parent_path();
  WitnessConfig config;
  config.name = request.name;
  config.data = request.data;
  config.key = request.keys + "/witness.key";
  config.passphrase_file = flags.passphrase_file;
  if (!request.http_listen.empty()) config.http_listen = request.http_listen;
  if (absl::Status checked = CheckConfig(config); !checked.ok()) return checked;
  NewWitness made{.key_path = (base / config.key).lexically_normal().string(),
                  .vkey_path = (base / "witness.vkey").string(),
                  .logs_path = (base / config.logs).string(),
                  .config_path = config_path.string(),
                  .vkey = {}};
  keys::SigningPrivateKey key = keys::SigningPrivateKey::Generate();
  const auto verifier =
      keys::VerifierKey::Create(request.name, keys::NoteKeyType::kCosignature, key.Public());
  if (!verifier.ok()) return verifier.status();
  made.vkey = verifier->ToString();
  for (const std::string& path : {made.vkey_path, made.logs_path, made.config_path}) {
    if (std::filesystem::exists(path)) {
      return absl::AlreadyExistsError(
          absl::StrCat(path, " is there already; nothing is overwritten"));
    }
  }
  absl::Status status = MakePrivateFolder((base / request.keys).string());
  if (status.ok()) {
    status = keys::WriteKeyFile(made.key_path, "witness", std::move(key), passphrase, request.cost);
  }
  if (status.ok()) status = WriteNewFile(made.vkey_path, made.vkey + "\n");
  if (status.ok()) status = WriteNewFile(made.logs_path, kEmptyList);
  if (status.ok()) status = WriteNewFile(made.config_path, FormatConfig(config));
  if (!status.ok()) return status;
  return made;
}

}  // namespace

int RunWitnessInit(const CommonFlags& flags, const WitnessInitRequest& request) {
  const absl::StatusOr<keys::SecretBytes> passphrase =
      ReadPassphrase(flags, "", kWitnessPrompt, true);
  if (!passphrase.ok()) return ReportError(flags, passphrase.status());
  const absl::StatusOr<NewWitness> made = MakeWitness(flags, request, *passphrase);
  if (!made.ok()) return ReportError(flags, made.status());
  PrintAnswer(flags,
              {{"vkey", made->vkey},
               {"vkey_file", made->vkey_path},
               {"key", made->key_path},
               {"logs", made->logs_path},
               {"configuration", made->config_path}},
              made->vkey + "\n");
  std::cerr << "Give this verifier key to the logs that are to be witnessed, and to verifiers.\n"
            << "next: add the logs' keys to " << made->logs_path << ", then cairn-witness --config "
            << flags.config_path << std::endl;
  return kExitDone;
}

int RunWitness(const CommonFlags& flags) {
  const sigset_t signals = BlockStopSignals();
  const absl::StatusOr<WitnessConfig> config = ResolveWitnessConfig(flags);
  if (!config.ok()) return ReportError(flags, config.status());
  StartLogging(config->log_level, "");
  const absl::StatusOr<keys::SecretBytes> passphrase =
      ReadPassphrase(flags, config->passphrase_file, kWitnessPrompt, false);
  if (!passphrase.ok()) return ReportError(flags, passphrase.status());
  absl::StatusOr<keys::SigningPrivateKey> key = keys::ReadSigningKeyFile(config->key, *passphrase);
  if (!key.ok()) return ReportError(flags, key.status());
  absl::StatusOr<std::unique_ptr<WitnessServer>> server =
      WitnessServer::Start(*config, *std::move(key));
  if (!server.ok()) return ReportError(flags, server.status());
  int signal_number = 0;
  sigwait(&signals, &signal_number);
  LogEvent(Severity::kInfo, "witness_stopping",
           {{"signal", static_cast<std::uint64_t>(signal_number)}});
  server->reset();
  LogEvent(Severity::kInfo, "witness_stopped");
  FlushLogs();
  return kExitDone;
}

int RunWitnessDisputed(const CommonFlags& flags, const std::string& origin) {
  const absl::StatusOr<WitnessConfig> config = ResolveWitnessConfig(flags);
  if (!config.ok()) return ReportError(flags, config.status());
  const auto store =
      log::OpenRocksStore(config->data + "/db", {.mode = log::RocksOptions::Mode::kReadOnly});
  if (!store.ok()) return ReportError(flags, store.status());
  const witness::Records records(**store, witness::OriginHash(origin));
  const auto disputed = records.ReadDisputed();
  if (!disputed.ok()) return ReportError(flags, disputed.status());
  nlohmann::ordered_json list = nlohmann::ordered_json::array();
  std::string text;
  for (const witness::LogNote& note : *disputed) {
    const auto kept = records.ReadKept(note.size);
    if (!kept.ok()) return ReportError(flags, kept.status());
    const std::string cosigned = kept->empty() ? "" : kept->front();
    list.push_back(
        {{"size", merkle::ToInt(note.size)}, {"disputed", note.note}, {"cosigned", cosigned}});
    if (!cosigned.empty()) absl::StrAppend(&text, "cosigned:\n", cosigned, "\n");
    absl::StrAppend(&text, "disputed:\n", note.note, "\n");
  }
  PrintAnswer(flags, {{"origin", origin}, {"notes", list}},
              text.empty() ? "nothing that this log has signed was disputed\n" : text);
  return disputed->empty() ? kExitDone : kExitDoesNotHold;
}

}  // namespace cairn::broker
