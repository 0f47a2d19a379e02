#include "broker/commands.h"

#include <filesystem>
#include <iostream>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "audit/log/anchor.h"
#include "audit/log/fsck.h"
#include "audit/log/rocks_store.h"
#include "broker/broker.h"
#include "broker/chunk_disk.h"
#include "broker/content_check.h"
#include "broker/content_store.h"
#include "broker/logging.h"
#include "broker/predecessor.h"
#include "broker/tls.h"
#include "keys/key_file.h"
#include "keys/vkey.h"

namespace cairn::broker {
namespace {

// What fsck found, and its exit code. `content`: nothing if it was left out.
int PrintFsck(const CommonFlags& flags, const log::FsckReport& report,
              const std::optional<ContentTotals>& content) {
  nlohmann::ordered_json doubts = nlohmann::ordered_json::array();
  const bool opened =
      report.doubts.empty() || report.doubts.front().about != log::DoubtAbout::kDatabase;
  std::string text;
  if (opened) {
    text = absl::StrCat(merkle::ToInt(report.head.size), " leaves, root ",
                        report.head.root.digest.Hex(), "\n");
  }
  nlohmann::ordered_json totals;  // null: left out.
  if (content.has_value()) {
    totals = {{"files", content->files}, {"uploads", content->uploads}, {"bytes", content->bytes}};
    absl::StrAppend(&text, "content: ", content->files, " files and ", content->uploads,
                    " unfinished uploads, ", content->bytes, " bytes read\n");
  } else if (opened) {
    absl::StrAppend(&text, "content: left out\n");
  }
  for (const log::Doubt& doubt : report.doubts) {
    doubts.push_back({{"about", log::DoubtName(doubt.about)}, {"message", doubt.message}});
    absl::StrAppend(&text, log::DoubtName(doubt.about), ": ", doubt.message, "\n");
  }
  if (report.more_doubts > 0) absl::StrAppend(&text, report.more_doubts, " more doubts\n");
  if (!report.not_checked.empty())
    absl::StrAppend(&text, "not checked: ", report.not_checked, "\n");
  if (report.clean()) absl::StrAppend(&text, "no doubts\n");
  PrintAnswer(flags,
              {{"size", merkle::ToInt(report.head.size)},
               {"root", report.head.root.digest.Hex()},
               {"content", totals},
               {"clean", report.clean()},
               {"doubts", doubts},
               {"more_doubts", report.more_doubts},
               {"not_checked", report.not_checked}},
              text);
  if (!report.clean()) return kExitDoesNotHold;
  return report.not_checked.empty() ? kExitDone : kExitNotDone;
}

absl::StatusOr<keys::VerifierKey> LogVerifierOf(const Config& config) {
  const absl::StatusOr<keys::KeyFileHeader> header = keys::ReadKeyFileHeader(config.log_key);
  if (!header.ok()) return header.status();
  const auto public_key =
      keys::SigningPublicKey::FromTypedBytes(keys::AsBytes(header->typed_public_key));
  if (!public_key.ok()) return public_key.status();
  return keys::VerifierKey::Create(config.origin, keys::NoteKeyType::kEd25519, *public_key);
}

}  // namespace

absl::StatusOr<Config> ResolveConfig(const CommonFlags& flags) {
  Config config;
  if (absl::Status resolved = ResolveSettings(flags, BindSettings(config)); !resolved.ok()) {
    return resolved;
  }
  return config;
}

absl::StatusOr<keys::SecretBytes> ReadPassphrase(const CommonFlags& flags, const Config& config,
                                                 bool confirm) {
  return ReadPassphrase(flags, config.passphrase_file,
                        "Passphrase of the broker's keys: ", confirm);
}

int RunBroker(const CommonFlags& flags) {
  const sigset_t signals = BlockStopSignals();
  const absl::StatusOr<Config> config = ResolveConfig(flags);
  if (!config.ok()) return ReportError(flags, config.status());
  if (absl::Status checked = CheckConfig(*config); !checked.ok())
    return ReportError(flags, checked);
  StartLogging(config->log_level, config->origin);
  const absl::StatusOr<keys::SecretBytes> passphrase = ReadPassphrase(flags, *config, false);
  if (!passphrase.ok()) return ReportError(flags, passphrase.status());
  absl::StatusOr<BrokerKeys> read = ReadBrokerKeys(*config, *passphrase);
  if (!read.ok()) return ReportError(flags, read.status());
  const absl::StatusOr<std::unique_ptr<Broker>> broker = Broker::Start(*config, *std::move(read));
  if (!broker.ok()) return ReportError(flags, broker.status());
  int signal_number = 0;
  sigwait(&signals, &signal_number);
  LogEvent(Severity::kInfo, "broker_stopping",
           {{"signal", static_cast<std::uint64_t>(signal_number)}});
  (*broker)->Stop();
  return kExitDone;
}

int RunInit(const CommonFlags& flags, InitRequest request) {
  request.config_path = flags.config_path;
  Config config;
  const absl::StatusOr<keys::SecretBytes> passphrase = ReadPassphrase(flags, config, true);
  if (!passphrase.ok()) return ReportError(flags, passphrase.status());
  std::error_code error;
  if (!flags.passphrase_file.empty()) {
    // Relative if it lies with the configuration, so that the folder can be moved.
    const auto file = std::filesystem::absolute(flags.passphrase_file, error).lexically_normal();
    const auto base =
        std::filesystem::absolute(request.config_path, error).lexically_normal().parent_path();
    const auto relative = file.lexically_relative(base);
    const bool inside = !relative.empty() && *relative.begin() != "..";
    request.passphrase_file = inside ? relative.string() : file.string();
  }
  const absl::StatusOr<InitResult> result = Initialize(request, *passphrase);
  if (!result.ok()) return ReportError(flags, result.status());
  PrintAnswer(flags,
              {{"vkey", result->vkey},
               {"vkey_file", result->vkey_path},
               {"config", result->config_path},
               {"operator_entry", result->entry_path},
               {"keys", result->key_paths}},
              result->vkey + "\n");
  std::cerr << "Wrote " << result->config_path << ", " << result->vkey_path << " and "
            << result->key_paths.size() << " keys. Put the recovery key into a vault.\n"
            << "next: cairn-broker genesis --config " << result->config_path
            << " --registrar ENTRY..." << std::endl;
  return kExitDone;
}

int RunGenesis(const CommonFlags& flags, GenesisRequest request) {
  if (request.operator_entry.empty()) {
    request.operator_entry =
        std::filesystem::path(flags.config_path).replace_filename("operator.entry").string();
  }
  const absl::StatusOr<Config> config = ResolveConfig(flags);
  if (!config.ok()) return ReportError(flags, config.status());
  const absl::StatusOr<keys::SecretBytes> passphrase = ReadPassphrase(flags, *config, false);
  if (!passphrase.ok()) return ReportError(flags, passphrase.status());
  const absl::StatusOr<BrokerKeys> read = ReadBrokerKeys(*config, *passphrase);
  if (!read.ok()) return ReportError(flags, read.status());
  const absl::StatusOr<GenesisResult> result = MakeGenesis(*config, *read, request);
  if (!result.ok()) return ReportError(flags, result.status());
  PrintAnswer(flags, {{"genesis", result->digest}, {"already_there", result->already_there}},
              result->digest + "\n");
  std::cerr << (result->already_there ? "The log has this Genesis already."
                                      : "Genesis is leaf 0. Pin and print this digest.")
            << "\nnext: cairn-broker --config " << flags.config_path
            << "; the registrars then endorse it" << std::endl;
  return kExitDone;
}

int RunFsck(const CommonFlags& flags, bool log_only) {
  const absl::StatusOr<Config> config = ResolveConfig(flags);
  if (!config.ok()) return ReportError(flags, config.status());
  if (absl::Status checked = CheckConfig(*config); !checked.ok())
    return ReportError(flags, checked);
  const absl::StatusOr<keys::VerifierKey> verifier = LogVerifierOf(*config);
  if (!verifier.ok()) return ReportError(flags, verifier.status());
  // The anchor's lock keeps a broker from writing meanwhile; a damaged one is a doubt, not an end.
  const absl::StatusOr<std::unique_ptr<log::Anchor>> anchor =
      log::Anchor::Open(AnchorPath(*config));
  if (absl::IsFailedPrecondition(anchor.status())) return ReportError(flags, anchor.status());
  const absl::StatusOr<std::unique_ptr<log::Store>> store =
      log::OpenRocksStore(DatabasePath(*config), {.mode = log::RocksOptions::Mode::kReadOnly});
  if (absl::IsDataLoss(store.status())) {
    log::FsckReport unreadable;
    unreadable.doubts.push_back(
        {log::DoubtAbout::kDatabase, std::string(store.status().message())});
    return PrintFsck(flags, unreadable, std::nullopt);
  }
  if (!store.ok()) return ReportError(flags, store.status());
  const ContentStore content(**store, ChunkDisk::OpenToRead(ContentPath(*config)), {});
  log::FsckReport of_content;
  ContentCheck check(content, of_content);
  log::FsckOptions options;
  if (!log_only) {
    options.on_statement = [&](merkle::LeafIndex leaf, const v1::Statement& statement) {
      check.CheckNamed(leaf, statement);
    };
  }
  const absl::StatusOr<ledger::Replay> begin = BeginReplay(**store, config->data);
  if (begin.ok()) options.begin = &*begin;
  if (!begin.ok()) options.no_begin = std::string(begin.status().message());
  const absl::StatusOr<log::AnchorContents> contents =
      anchor.ok() ? absl::StatusOr<log::AnchorContents>((*anchor)->contents()) : anchor.status();
  log::FsckReport report = log::Fsck(**store, contents, *verifier, options);
  std::optional<ContentTotals> totals;
  if (!log_only) totals = check.CheckAll();
  report.doubts.insert(report.doubts.end(), of_content.doubts.begin(), of_content.doubts.end());
  report.more_doubts += of_content.more_doubts;
  return PrintFsck(flags, report, totals);
}

int RunCertificate(const CommonFlags& flags, const std::vector<std::string>& names, int days,
                   const std::string& certificate_path, const std::string& key_path) {
  const absl::Status made = MakeSelfSignedCertificate(names, days, certificate_path, key_path);
  if (!made.ok()) return ReportError(flags, made);
  PrintAnswer(flags, {{"certificate", certificate_path}, {"key", key_path}},
              certificate_path + "\n");
  std::cerr << "Give " << certificate_path << " to whoever connects: it vouches for itself.\n"
            << "next: set grpc.tls_certificate and grpc.tls_key" << std::endl;
  return kExitDone;
}

}  // namespace cairn::broker
