#include "client/context.h"

#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <iostream>
#include <utility>

#include "absl/strings/str_cat.h"
#include "client/connection.h"
#include "keys/key_file.h"
#include "keys/passphrase.h"

namespace cairn::client {
namespace {

// Before a passphrase is asked for in vain.
absl::Status CheckKeyIsThere(const Home& home, const std::string& name) {
  if (access(home.Key(name).c_str(), F_OK) == 0 || errno != ENOENT) return absl::OkStatus();
  return absl::NotFoundError(absl::StrCat("there is no key file ", home.Key(name),
                                          "; those that there are: cairn key list (--key NAME)"));
}

}  // namespace

Context::Context() = default;
Context::~Context() = default;

absl::StatusOr<Home> Context::GetHome() const { return Home::Find(options.home); }

absl::StatusOr<Profile> Context::GetProfile() const {
  const absl::StatusOr<Home> home = GetHome();
  if (!home.ok()) return home.status();
  absl::StatusOr<Profile> profile = LoadProfile(*home);
  if (!profile.ok()) return profile;
  if (const char* broker = std::getenv("CAIRN_BROKER")) profile->broker = broker;
  if (!options.broker.empty()) profile->broker = options.broker;
  return profile;
}

absl::StatusOr<const keys::SecretBytes*> Context::GetPassphrase(bool is_new) {
  if (passphrase_.has_value() && !is_new) return &*passphrase_;
  if (passphrase_.has_value()) return CheckedAsNew();
  const char* from_environment = std::getenv("CAIRN_PASSPHRASE_FILE");
  absl::StatusOr<keys::SecretBytes> read;
  if (options.passphrase_fd >= 0) {
    read = keys::ReadPassphraseFd(options.passphrase_fd);
  } else if (!options.passphrase_file.empty()) {
    read = keys::ReadPassphraseFile(options.passphrase_file);
  } else if (from_environment != nullptr) {
    read = keys::ReadPassphraseFile(from_environment);
  } else if (options.no_input) {
    return UsageError("a passphrase is needed: give --passphrase-file PATH or --passphrase-fd N");
  } else {
    read = keys::PromptPassphrase("Passphrase of your key files: ", is_new);
  }
  if (!read.ok()) return read.status();
  passphrase_ = *std::move(read);
  return is_new ? CheckedAsNew() : &*passphrase_;
}

absl::StatusOr<const keys::SecretBytes*> Context::CheckedAsNew() const {
  const absl::Status fit = keys::CheckNewPassphrase(*passphrase_);
  if (!fit.ok()) return UsageError(fit.message());
  return &*passphrase_;
}

absl::StatusOr<keys::SigningPrivateKey> Context::LoadSigningKey(const std::string& name) {
  const absl::StatusOr<Home> home = GetHome();
  if (!home.ok()) return home.status();
  if (absl::Status there = CheckKeyIsThere(*home, name); !there.ok()) return there;
  const absl::StatusOr<const keys::SecretBytes*> passphrase = GetPassphrase();
  if (!passphrase.ok()) return passphrase.status();
  return keys::ReadSigningKeyFile(home->Key(name), **passphrase);
}

absl::StatusOr<keys::SealingPrivateKey> Context::LoadSealingKey(const std::string& name) {
  const absl::StatusOr<Home> home = GetHome();
  if (!home.ok()) return home.status();
  if (absl::Status there = CheckKeyIsThere(*home, name); !there.ok()) return there;
  const absl::StatusOr<const keys::SecretBytes*> passphrase = GetPassphrase();
  if (!passphrase.ok()) return passphrase.status();
  return keys::ReadSealingKeyFile(home->Key(name), **passphrase);
}

absl::StatusOr<Connection*> Context::Connect() {
  if (connection_ != nullptr) return connection_.get();
  const absl::StatusOr<Profile> profile = GetProfile();
  if (!profile.ok()) return profile.status();
  absl::StatusOr<std::unique_ptr<Connection>> made = Connection::Create(*profile);
  if (!made.ok()) return made.status();
  connection_ = *std::move(made);
  return connection_.get();
}

absl::StatusOr<bool> Context::Confirm(absl::string_view question) const {
  if (options.yes) return true;
  if (options.no_input || isatty(STDIN_FILENO) != 1) {
    return UsageError(absl::StrCat("this asks \"", question, "\"; answer beforehand with --yes"));
  }
  std::cerr << question << " [y/N] " << std::flush;
  std::string line;
  std::getline(std::cin, line);
  return line == "y" || line == "yes";
}

}  // namespace cairn::client
