#include "client/unsealing.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <memory>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "audit/record/package_format.h"
#include "audit/record/package_writer.h"
#include "client/content_file.h"
#include "client/interrupt.h"
#include "keys/key_file.h"

namespace cairn::client {
namespace {

constexpr std::size_t kMaxRecipientsFile = record::kMaxRecipients * 64;

// Names of the key files that may open, likeliest first: unlocking one costs its passphrase work.
// Files that cannot be read as keys come last: each may have been a sealing key.
absl::StatusOr<std::vector<std::string>> SealingKeyNames(const Home& home,
                                                         record::PackageFile file) {
  absl::StatusOr<std::vector<std::string>> files = ListFiles(home.Keys());
  if (!files.ok()) return files;
  std::vector<std::string> names, unreadable;
  for (const std::string& name : *files) {
    if (!absl::EndsWith(name, ".key")) continue;
    const std::string stem(absl::StripSuffix(name, ".key"));
    const absl::StatusOr<keys::KeyFileHeader> header = keys::ReadKeyFileHeader(home.Key(stem));
    if (!header.ok()) unreadable.push_back(stem);
    if (header.ok() && header->type == keys::KeyType::kX25519) names.push_back(stem);
  }
  const bool for_persons = file == record::PackageFile::kPersons;
  std::stable_partition(names.begin(), names.end(), [&](const std::string& name) {
    return absl::StartsWith(name, "persons") == for_persons;
  });
  names.insert(names.end(), unreadable.begin(), unreadable.end());
  if (!names.empty()) return names;
  return absl::FailedPreconditionError(
      absl::StrCat("there is no sealing key in ", home.Keys(), "; put the key files back there"));
}

// Whether the sealed bytes are wrong; anything else, such as reading them, is our own trouble.
bool IsOfTheFile(const absl::Status& status) {
  return absl::IsPermissionDenied(status) || absl::IsInvalidArgument(status) ||
         absl::IsDataLoss(status);
}

std::string RecipientsPath(const PackageFolder& folder, record::PackageFile file) {
  return file == record::PackageFile::kMain ? folder.Recipients() : folder.PersonsRecipients();
}

}  // namespace

absl::StatusOr<keys::Source> SourceOfFile(const std::string& path) {
  absl::StatusOr<keys::RegularFile> file = OpenForReading(path);
  if (!file.ok()) return file.status();
  const auto shared = std::make_shared<keys::RegularFile>(*std::move(file));
  return keys::Source([shared](std::span<std::uint8_t> out) -> absl::StatusOr<std::size_t> {
    if (absl::Status wish = CheckInterrupted(); !wish.ok()) return wish;
    absl::StatusOr<std::size_t> got = shared->Read(out);
    if (!got.ok()) return absl::FailedPreconditionError(got.status().message());
    return got;
  });
}

absl::StatusOr<Unsealer::Tried> Unsealer::Try(const std::string& path, const keys::Digest& package,
                                              record::PackageFile file) {
  const absl::StatusOr<Home> home = context_.GetHome();
  if (!home.ok()) return home.status();
  const PackageFolder made = PackageFolder::Of(*home, package);
  if (access(made.Seed().c_str(), F_OK) == 0) return TryWithSeed(path, made, file);
  const auto names = SealingKeyNames(*home, file);
  if (!names.ok()) return names.status();
  Tried tried;
  absl::Status unusable;  // The first key that could not be tried: it might have opened.
  for (const std::string& name : *names) {
    const absl::StatusOr<const keys::SealingPrivateKey*> key = KeyByName(name);
    if (!key.ok()) {
      unusable.Update(key.status());
      continue;
    }
    absl::StatusOr<keys::Source> source = SourceOfFile(path);
    if (!source.ok()) return source.status();
    tried.keys.push_back((*key)->Public().Recipient());
    absl::StatusOr<keys::Opener> opener = keys::Opener::Create(*std::move(source), {*key, 1});
    if (opener.ok()) {
      tried.opened.emplace(Opened{*std::move(opener), tried.keys.back()});
      return tried;
    }
    if (!IsOfTheFile(opener.status())) return opener.status();
    if (absl::IsPermissionDenied(opener.status())) continue;
    tried.of_the_file = opener.status();
    return tried;
  }
  if (!unusable.ok()) return unusable;
  tried.of_the_file = absl::PermissionDeniedError(absl::StrCat(
      path, " is sealed to none of the ", names->size(), " sealing keys in ", home->Keys()));
  return tried;
}

absl::StatusOr<Unsealer::Opened> Unsealer::Open(const std::string& path,
                                                const keys::Digest& package,
                                                record::PackageFile file) {
  absl::StatusOr<Tried> tried = Try(path, package, file);
  if (!tried.ok()) return tried.status();
  if (!tried->opened.has_value()) return tried->of_the_file;
  return *std::move(tried->opened);
}

absl::StatusOr<keys::Bytes> Unsealer::OpenBytes(keys::ByteView sealed, const std::string& name) {
  const absl::StatusOr<Home> home = context_.GetHome();
  if (!home.ok()) return home.status();
  const auto names = SealingKeyNames(*home, record::PackageFile::kMain);
  if (!names.ok()) return names.status();
  absl::Status unusable;
  for (const std::string& key_name : *names) {
    const absl::StatusOr<const keys::SealingPrivateKey*> key = KeyByName(key_name);
    if (!key.ok()) {
      unusable.Update(key.status());
      continue;
    }
    keys::Bytes plaintext;
    const absl::Status opened =
        keys::Open(keys::SourceOf(sealed), {*key, 1}, [&plaintext](keys::ByteView bytes) {
          plaintext.append(bytes.begin(), bytes.end());
          return absl::OkStatus();
        });
    if (opened.ok()) return plaintext;
    if (!absl::IsPermissionDenied(opened)) return opened;
  }
  if (!unusable.ok()) return unusable;
  return absl::PermissionDeniedError(absl::StrCat(name, " is sealed to none of the ", names->size(),
                                                  " sealing keys in ", home->Keys()));
}

absl::StatusOr<Unsealer::Tried> Unsealer::TryWithSeed(const std::string& path,
                                                      const PackageFolder& made,
                                                      record::PackageFile file) {
  const absl::StatusOr<const keys::SecretBytes*> seed = SeedAt(made.Seed());
  if (!seed.ok()) return seed.status();
  const auto recipients = ReadRecipients(RecipientsPath(made, file));
  if (!recipients.ok()) return recipients.status();
  absl::StatusOr<keys::Source> source = SourceOfFile(path);
  if (!source.ok()) return source.status();
  absl::StatusOr<keys::Opener> opener = keys::Opener::CreateWithSeed(
      *std::move(source), record::SealingSeed(**seed, file), *recipients);
  if (!opener.ok() && !IsOfTheFile(opener.status())) return opener.status();
  Tried tried;
  if (opener.ok()) {
    tried.opened.emplace(Opened{*std::move(opener), std::nullopt});
  } else {
    tried.of_the_file = opener.status();
  }
  return tried;
}

absl::StatusOr<const keys::SealingPrivateKey*> Unsealer::KeyByName(const std::string& name) {
  auto found = keys_.find(name);
  if (found == keys_.end()) {
    found = keys_.emplace(name, context_.LoadSealingKey(name)).first;
  }
  if (!found->second.ok()) return found->second.status();
  return &*found->second;
}

absl::StatusOr<const keys::SecretBytes*> Unsealer::SeedAt(const std::string& path) {
  auto found = seeds_.find(path);
  if (found == seeds_.end()) {
    absl::StatusOr<keys::SecretBytes> seed = LoadSeed(context_, path);
    if (!seed.ok()) return seed.status();
    found = seeds_.emplace(path, *std::move(seed)).first;
  }
  return &found->second;
}

absl::Status WriteRecipients(const std::string& path,
                             const std::vector<keys::SealingPublicKey>& recipients) {
  std::string text;
  for (const keys::SealingPublicKey& one : recipients) {
    absl::StrAppend(&text, one.Recipient(), "\n");
  }
  return WriteFileDurably(path, keys::AsBytes(text));
}

absl::StatusOr<std::vector<keys::SealingPublicKey>> ReadRecipients(const std::string& path) {
  const absl::StatusOr<keys::Bytes> text = ReadFile(path, kMaxRecipientsFile);
  if (!text.ok()) return text.status();
  std::vector<keys::SealingPublicKey> recipients;
  for (const absl::string_view line : absl::StrSplit(*text, '\n', absl::SkipEmpty())) {
    absl::StatusOr<keys::SealingPublicKey> one = keys::SealingPublicKey::ParseRecipient(line);
    if (!one.ok()) {
      return absl::InvalidArgumentError(
          absl::StrCat(path, ", line ", recipients.size() + 1, ": ", one.status().message()));
    }
    recipients.push_back(*one);
  }
  return recipients;
}

}  // namespace cairn::client
