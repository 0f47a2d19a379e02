#include "keys/key_file.h"

#include <array>
#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "keys/encoding.h"
#include "keys/private_file.h"
#include "keys/vkey.h"
#include "sodium.h"

namespace cairn::keys {
namespace {

constexpr absl::string_view kMagicLine = "cairn private key v1";
constexpr std::size_t kSaltSize = crypto_pwhash_argon2id_SALTBYTES;
constexpr std::size_t kKeyFileNonceSize = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
constexpr std::size_t kStoredSecretSize = 32;  // An Ed25519 seed or an X25519 scalar.
constexpr std::size_t kBoxSize = kStoredSecretSize + crypto_aead_xchacha20poly1305_ietf_ABYTES;

static_assert(kStoredSecretSize == kSigningSeedSize && kStoredSecretSize == kSealingSecretSize);

// Everything that a key file says.
struct KeyFileParts {
  KeyFileHeader header;
  Bytes salt;
  Bytes nonce;
  Bytes box;  // The encrypted secret.
};

absl::Status BadKeyFile(int line, absl::string_view why) {
  return absl::InvalidArgumentError(absl::StrCat("key file, line ", line, ": ", why));
}

absl::Status CheckCost(PassphraseCost cost) {
  if (cost.passes < 1 || cost.passes > kMaxPasses) {
    return absl::InvalidArgumentError(
        absl::StrCat("Argon2id with ", cost.passes, " passes; 1 to ", kMaxPasses, " are allowed"));
  }
  if (cost.memory_kib < kMinimumCost.memory_kib || cost.memory_kib > kMaxMemoryKib) {
    return absl::InvalidArgumentError(absl::StrCat("Argon2id with ", cost.memory_kib,
                                                   " KiB of memory; ", kMinimumCost.memory_kib,
                                                   " to ", kMaxMemoryKib, " are allowed"));
  }
  return absl::OkStatus();
}

// The lines that are additional data, through the empty one. The text is shown in key_file.h.
Bytes HeaderText(const KeyFileParts& parts) {
  const KeyFileHeader& header = parts.header;
  ByteView raw = AsBytes(header.typed_public_key).subspan(1);
  return absl::StrCat(kMagicLine, "\nname: ", header.name, "\ntype: ", KeyTypeName(header.type),
                      "\npublic: ", Base64(raw), "\nkdf: argon2id ", header.cost.passes, " ",
                      header.cost.memory_kib, " ", Base64(AsBytes(parts.salt)),
                      "\nnonce: ", Base64(AsBytes(parts.nonce)), "\n\n");
}

Bytes FileText(const KeyFileParts& parts) {
  return absl::StrCat(HeaderText(parts), Base64(AsBytes(parts.box)), "\n");
}

// --- Reading the text, a line at a time ----------------------------------------------------------

absl::StatusOr<absl::string_view> ValueOf(absl::string_view line, int number,
                                          absl::string_view label) {
  if (line.substr(0, label.size()) != label) {
    return BadKeyFile(number, absl::StrCat("expected \"", label, "\""));
  }
  return line.substr(label.size());
}

absl::StatusOr<Bytes> Base64Value(absl::string_view text, int number, std::size_t size) {
  absl::StatusOr<Bytes> bytes = ParseBase64(text, size);
  if (!bytes.ok()) return BadKeyFile(number, bytes.status().message());
  if (bytes->size() != size) {
    return BadKeyFile(number, absl::StrCat("expected ", size, " bytes, found ", bytes->size()));
  }
  return bytes;
}

absl::Status ParseNameLine(absl::string_view line, KeyFileParts& parts) {
  absl::StatusOr<absl::string_view> name = ValueOf(line, 2, "name: ");
  if (!name.ok()) return name.status();
  absl::Status status = CheckKeyName(*name);
  if (!status.ok()) return BadKeyFile(2, status.message());
  parts.header.name = std::string(*name);
  return absl::OkStatus();
}

absl::Status ParseTypeLine(absl::string_view line, KeyFileParts& parts) {
  absl::StatusOr<absl::string_view> name = ValueOf(line, 3, "type: ");
  if (!name.ok()) return name.status();
  for (KeyType type : {KeyType::kEd25519, KeyType::kX25519}) {
    if (*name != KeyTypeName(type)) continue;
    parts.header.type = type;
    return absl::OkStatus();
  }
  return BadKeyFile(3, "expected Ed25519 or X25519");
}

absl::Status ParsePublicLine(absl::string_view line, KeyFileParts& parts) {
  absl::StatusOr<absl::string_view> text = ValueOf(line, 4, "public: ");
  if (!text.ok()) return text.status();
  absl::StatusOr<Bytes> raw = Base64Value(*text, 4, kRawPublicKeySize);
  if (!raw.ok()) return raw.status();
  absl::Status valid = parts.header.type == KeyType::kEd25519
                           ? SigningPublicKey::Create(AsBytes(*raw)).status()
                           : SealingPublicKey::Create(AsBytes(*raw)).status();
  if (!valid.ok()) return BadKeyFile(4, valid.message());
  parts.header.typed_public_key =
      absl::StrCat(std::string(1, static_cast<char>(parts.header.type)), *raw);
  return absl::OkStatus();
}

absl::Status ParseKdfLine(absl::string_view line, KeyFileParts& parts) {
  absl::StatusOr<absl::string_view> text = ValueOf(line, 5, "kdf: argon2id ");
  if (!text.ok()) return text.status();
  std::vector<absl::string_view> words = absl::StrSplit(*text, ' ');
  PassphraseCost& cost = parts.header.cost;
  if (words.size() != 3 || !absl::SimpleAtoi(words[0], &cost.passes) ||
      !absl::SimpleAtoi(words[1], &cost.memory_kib)) {
    return BadKeyFile(5, "expected passes, memory in KiB and salt");
  }
  absl::Status capped = CheckCost(cost);
  if (!capped.ok()) return BadKeyFile(5, capped.message());
  absl::StatusOr<Bytes> salt = Base64Value(words[2], 5, kSaltSize);
  if (!salt.ok()) return salt.status();
  parts.salt = *std::move(salt);
  return absl::OkStatus();
}

absl::Status ParseNonceLine(absl::string_view line, KeyFileParts& parts) {
  absl::StatusOr<absl::string_view> text = ValueOf(line, 6, "nonce: ");
  if (!text.ok()) return text.status();
  absl::StatusOr<Bytes> nonce = Base64Value(*text, 6, kKeyFileNonceSize);
  if (!nonce.ok()) return nonce.status();
  parts.nonce = *std::move(nonce);
  return absl::OkStatus();
}

absl::StatusOr<KeyFileParts> ParseKeyFile(ByteView file) {
  if (file.size() > kMaxKeyFileSize) {
    return absl::InvalidArgumentError(
        absl::StrCat("a key file has at most ", kMaxKeyFileSize, " bytes"));
  }
  std::vector<absl::string_view> lines = absl::StrSplit(AsText(file), '\n');
  if (lines[0] != kMagicLine) return BadKeyFile(1, absl::StrCat("expected \"", kMagicLine, "\""));
  // Eight lines and what follows the last newline: nothing.
  if (lines.size() != 9) return BadKeyFile(static_cast<int>(lines.size()), "expected 8 lines");
  KeyFileParts parts;
  absl::Status status = ParseNameLine(lines[1], parts);
  if (status.ok()) status = ParseTypeLine(lines[2], parts);
  if (status.ok()) status = ParsePublicLine(lines[3], parts);
  if (status.ok()) status = ParseKdfLine(lines[4], parts);
  if (status.ok()) status = ParseNonceLine(lines[5], parts);
  if (!status.ok()) return status;
  if (!lines[6].empty()) return BadKeyFile(7, "expected an empty line");
  absl::StatusOr<Bytes> box = Base64Value(lines[7], 8, kBoxSize);
  if (!box.ok()) return box.status();
  parts.box = *std::move(box);
  // Numbers with signs or zeros before them, and whatever else two texts could have in common.
  if (FileText(parts) != AsText(file))
    return BadKeyFile(5, "not written as this program writes it");
  return parts;
}

// --- The cryptography ----------------------------------------------------------------------------

absl::StatusOr<SecretBytes> KeyOfPassphrase(const SecretBytes& passphrase,
                                            const KeyFileParts& parts) {
  SecretBytes key(crypto_aead_xchacha20poly1305_ietf_KEYBYTES);
  const PassphraseCost& cost = parts.header.cost;
  if (crypto_pwhash(key.MutableView().data(), key.size(),
                    reinterpret_cast<const char*>(passphrase.View().data()), passphrase.size(),
                    AsBytes(parts.salt).data(), cost.passes, std::size_t{cost.memory_kib} * 1024,
                    crypto_pwhash_ALG_ARGON2ID13) != 0) {
    return absl::ResourceExhaustedError(
        absl::StrCat("not enough memory: this key file takes ", cost.memory_kib / 1024, " MiB"));
  }
  return key;
}

SecretBytes StoredSecret(const PrivateKey& key) {
  if (const auto* signing = std::get_if<SigningPrivateKey>(&key)) return signing->Seed();
  return std::get<SealingPrivateKey>(key).Secret();
}

Bytes TypedPublicKey(const PrivateKey& key) {
  return std::visit([](const auto& one) { return one.Public().TypedBytes(); }, key);
}

absl::StatusOr<PrivateKey> PrivateKeyOf(KeyType type, const SecretBytes& secret) {
  if (type == KeyType::kEd25519) {
    absl::StatusOr<SigningPrivateKey> key = SigningPrivateKey::FromSeed(secret);
    if (!key.ok()) return key.status();
    return PrivateKey(*std::move(key));
  }
  absl::StatusOr<SealingPrivateKey> key = SealingPrivateKey::FromSecret(secret);
  if (!key.ok()) return key.status();
  return PrivateKey(*std::move(key));
}

template <typename Key>
absl::StatusOr<Key> ReadKeyOfType(const std::string& path, const SecretBytes& passphrase,
                                  absl::string_view wanted) {
  absl::StatusOr<NamedPrivateKey> named = ReadKeyFile(path, passphrase);
  if (!named.ok()) return named.status();
  Key* key = std::get_if<Key>(&named->key);
  if (key == nullptr) {
    return absl::FailedPreconditionError(absl::StrCat(path, " does not hold a ", wanted, " key"));
  }
  return std::move(*key);
}

// Puts the path in front, so that a person with several key files knows which.
absl::Status AtPath(const std::string& path, const absl::Status& status) {
  return absl::Status(status.code(), absl::StrCat(path, ": ", status.message()));
}

}  // namespace

absl::StatusOr<Bytes> EncryptKeyFile(absl::string_view name, const PrivateKey& key,
                                     const SecretBytes& passphrase, PassphraseCost cost) {
  absl::Status status = CheckKeyName(name);
  if (!status.ok()) return status;
  status = CheckCost(cost);
  if (!status.ok()) return status;
  if (passphrase.empty()) return absl::InvalidArgumentError("the passphrase is empty");
  Bytes typed = TypedPublicKey(key);
  KeyFileParts parts{
      .header = {std::string(name), static_cast<KeyType>(typed[0]), typed, cost},
      .salt = RandomBytes(kSaltSize),
      .nonce = RandomBytes(kKeyFileNonceSize),
      .box = Bytes(kBoxSize, '\0'),
  };
  absl::StatusOr<SecretBytes> wrap = KeyOfPassphrase(passphrase, parts);
  if (!wrap.ok()) return wrap.status();
  SecretBytes secret = StoredSecret(key);
  Bytes header = HeaderText(parts);
  crypto_aead_xchacha20poly1305_ietf_encrypt(reinterpret_cast<std::uint8_t*>(parts.box.data()),
                                             nullptr, secret.View().data(), secret.size(),
                                             AsBytes(header).data(), header.size(), nullptr,
                                             AsBytes(parts.nonce).data(), wrap->View().data());
  return FileText(parts);
}

absl::StatusOr<KeyFileHeader> ParseKeyFileHeader(ByteView file) {
  absl::StatusOr<KeyFileParts> parts = ParseKeyFile(file);
  if (!parts.ok()) return parts.status();
  return parts->header;
}

absl::StatusOr<NamedPrivateKey> DecryptKeyFile(ByteView file, const SecretBytes& passphrase) {
  absl::StatusOr<KeyFileParts> parts = ParseKeyFile(file);
  if (!parts.ok()) return parts.status();
  if (passphrase.empty()) return absl::InvalidArgumentError("the passphrase is empty");
  absl::StatusOr<SecretBytes> wrap = KeyOfPassphrase(passphrase, *parts);
  if (!wrap.ok()) return wrap.status();
  SecretBytes secret(kStoredSecretSize);
  Bytes header = HeaderText(*parts);
  if (crypto_aead_xchacha20poly1305_ietf_decrypt(
          secret.MutableView().data(), nullptr, nullptr, AsBytes(parts->box).data(),
          parts->box.size(), AsBytes(header).data(), header.size(), AsBytes(parts->nonce).data(),
          wrap->View().data()) != 0) {
    return absl::PermissionDeniedError("wrong passphrase, or the file was altered");
  }
  absl::StatusOr<PrivateKey> key = PrivateKeyOf(parts->header.type, secret);
  if (!key.ok()) return key.status();
  if (TypedPublicKey(*key) != parts->header.typed_public_key) {
    return absl::DataLossError("the key file opened, but holds another key than its header says");
  }
  return NamedPrivateKey{parts->header.name, *std::move(key)};
}

absl::Status WriteKeyFile(const std::string& path, absl::string_view name, const PrivateKey& key,
                          const SecretBytes& passphrase, PassphraseCost cost) {
  absl::StatusOr<Bytes> file = EncryptKeyFile(name, key, passphrase, cost);
  if (!file.ok()) return file.status();
  return WriteNewPrivateFile(path, AsBytes(*file));
}

absl::StatusOr<NamedPrivateKey> ReadKeyFile(const std::string& path,
                                            const SecretBytes& passphrase) {
  absl::StatusOr<SecretBytes> file = ReadPrivateFile(path, kMaxKeyFileSize);
  if (!file.ok()) return file.status();
  absl::StatusOr<NamedPrivateKey> key = DecryptKeyFile(file->View(), passphrase);
  if (!key.ok()) return AtPath(path, key.status());
  return key;
}

absl::StatusOr<KeyFileHeader> ReadKeyFileHeader(const std::string& path) {
  absl::StatusOr<SecretBytes> file = ReadPrivateFile(path, kMaxKeyFileSize);
  if (!file.ok()) return file.status();
  absl::StatusOr<KeyFileHeader> header = ParseKeyFileHeader(file->View());
  if (!header.ok()) return AtPath(path, header.status());
  return header;
}

absl::StatusOr<SigningPrivateKey> ReadSigningKeyFile(const std::string& path,
                                                     const SecretBytes& passphrase) {
  return ReadKeyOfType<SigningPrivateKey>(path, passphrase, "signing (Ed25519)");
}

absl::StatusOr<SealingPrivateKey> ReadSealingKeyFile(const std::string& path,
                                                     const SecretBytes& passphrase) {
  return ReadKeyOfType<SealingPrivateKey>(path, passphrase, "sealing (X25519)");
}

}  // namespace cairn::keys
