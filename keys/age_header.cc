#include "keys/age_header.h"

#include <algorithm>
#include <array>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "keys/encoding.h"
#include "sodium.h"

namespace cairn::keys {
namespace {

constexpr absl::string_view kVersionLine = "age-encryption.org/v1\n";
constexpr absl::string_view kArmorBegin = "-----BEGIN AGE";
constexpr absl::string_view kX25519Label = "age-encryption.org/v1/X25519";
constexpr absl::string_view kStanzaBegin = "-> ";
constexpr absl::string_view kMacBegin = "--- ";
constexpr absl::string_view kX25519Type = "X25519";
constexpr absl::string_view kScryptType = "scrypt";
constexpr std::size_t kBodyColumns = 64;  // Base64 characters of a full line: 48 bytes.
constexpr std::size_t kMacSize = 32;
constexpr std::size_t kWrappedKeySize = kAgeFileKeySize + crypto_aead_chacha20poly1305_ietf_ABYTES;

absl::Status BadHeader(std::size_t line, absl::string_view why) {
  return absl::InvalidArgumentError(absl::StrCat("age header, line ", line, ": ", why));
}

// Reads the lines of one header, keeping all of their bytes.
class HeaderLines {
 public:
  explicit HeaderLines(ByteReader& input) : input_(input) {}

  // The next line without its LF. Valid until the next call.
  absl::StatusOr<absl::string_view> Next() {
    ++number_;
    std::size_t begin = text_.size();
    absl::Status status = input_.AppendLine(text_, kMaxAgeHeaderSize);
    if (absl::IsResourceExhausted(status)) {
      return BadHeader(number_,
                       absl::StrCat("the header is larger than ", kMaxAgeHeaderSize, " bytes"));
    }
    if (!status.ok()) return status;
    if (text_.size() == begin || text_.back() != '\n') {
      return BadHeader(number_, "the file ends inside the header");
    }
    return absl::string_view(text_).substr(begin, text_.size() - begin - 1);
  }

  std::size_t number() const { return number_; }
  Bytes TakeText() { return std::move(text_); }

 private:
  ByteReader& input_;
  Bytes text_;
  std::size_t number_ = 0;
};

absl::Status CheckVersionLine(HeaderLines& lines) {
  absl::StatusOr<absl::string_view> line = lines.Next();
  if (!line.ok()) return line.status();
  if (line->substr(0, kArmorBegin.size()) == kArmorBegin) {
    return BadHeader(1, "the file is armored text; decode it to the binary form first");
  }
  if (*line != kVersionLine.substr(0, kVersionLine.size() - 1)) {
    return BadHeader(1, "not an age v1 file: expected \"age-encryption.org/v1\"");
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<std::string>> ParseArguments(absl::string_view text, std::size_t line) {
  for (char c : text) {
    if (c < 0x20 || c > 0x7e) return BadHeader(line, "a byte that is not printable ASCII");
  }
  std::vector<std::string> arguments = absl::StrSplit(text, ' ');
  for (const std::string& argument : arguments) {
    if (argument.empty()) return BadHeader(line, "an empty argument, or a space too many");
  }
  return arguments;
}

absl::StatusOr<AgeStanza> ReadStanza(HeaderLines& lines, absl::string_view first) {
  AgeStanza stanza;
  stanza.line = lines.number();
  absl::StatusOr<std::vector<std::string>> arguments =
      ParseArguments(first.substr(kStanzaBegin.size()), stanza.line);
  if (!arguments.ok()) return arguments.status();
  stanza.arguments = *std::move(arguments);
  std::size_t columns = 0;
  do {
    absl::StatusOr<absl::string_view> line = lines.Next();
    if (!line.ok()) return line.status();
    columns = line->size();
    if (columns > kBodyColumns) {
      return BadHeader(lines.number(), "a body line of more than 64 characters");
    }
    absl::StatusOr<Bytes> bytes = ParseUnpaddedBase64(*line);
    if (!bytes.ok()) return BadHeader(lines.number(), bytes.status().message());
    stanza.body += *bytes;
  } while (columns == kBodyColumns);  // A short line, perhaps an empty one, ends the body.
  return stanza;
}

// What the specification lets nobody ignore, whoever the recipient is: otherwise a file could be
// made that opens for some and not for others.
absl::Status CheckStanza(const AgeStanza& stanza, std::size_t stanza_count) {
  if (stanza.arguments[0] == kScryptType && stanza_count > 1) {
    return BadHeader(stanza.line, "a passphrase stanza beside other recipients");
  }
  if (stanza.arguments[0] != kX25519Type) return absl::OkStatus();
  if (stanza.arguments.size() != 2) {
    return BadHeader(stanza.line, "an X25519 stanza must have exactly one argument");
  }
  absl::StatusOr<Bytes> share = ParseUnpaddedBase64(stanza.arguments[1], kRawPublicKeySize);
  if (!share.ok()) return BadHeader(stanza.line, share.status().message());
  if (share->size() != kRawPublicKeySize) {
    return BadHeader(stanza.line, "the X25519 share is not 32 bytes");
  }
  if (stanza.body.size() != kWrappedKeySize) {
    return BadHeader(stanza.line, "the X25519 body is not 32 bytes");
  }
  return absl::OkStatus();
}

SecretBytes WrapKey(const SecretBytes& shared, ByteView share, const SealingPublicKey& recipient) {
  Bytes salt = ToBytes(share);
  AppendBytes(salt, recipient.Raw());
  return HkdfSecret(shared.View(), AsBytes(salt), AsBytes(kX25519Label));
}

constexpr std::array<std::uint8_t, crypto_aead_chacha20poly1305_ietf_NPUBBYTES> kZeroNonce{};

// The file key in this stanza if `identity` opens it, an empty one if it does not.
absl::StatusOr<SecretBytes> TryStanza(const AgeStanza& stanza, const SealingPrivateKey& identity) {
  Bytes share = *ParseUnpaddedBase64(stanza.arguments[1]);  // CheckStanza has read it before.
  absl::StatusOr<SecretBytes> shared = identity.SharedSecret(AsBytes(share));
  if (!shared.ok()) return BadHeader(stanza.line, shared.status().message());
  SecretBytes wrap_key = WrapKey(*shared, AsBytes(share), identity.Public());
  SecretBytes file_key(kAgeFileKeySize);
  if (crypto_aead_chacha20poly1305_ietf_decrypt(
          file_key.MutableView().data(), nullptr, nullptr, AsBytes(stanza.body).data(),
          stanza.body.size(), nullptr, 0, kZeroNonce.data(), wrap_key.View().data()) != 0) {
    return SecretBytes();
  }
  return file_key;
}

absl::StatusOr<SecretBytes> FindFileKey(const AgeHeader& header,
                                        std::span<const SealingPrivateKey> identities) {
  if (header.stanzas[0].arguments[0] == kScryptType) {
    return absl::PermissionDeniedError(
        "the file is sealed under a passphrase, not to any recipient; open it with age");
  }
  for (const AgeStanza& stanza : header.stanzas) {
    if (stanza.arguments[0] != kX25519Type) continue;
    for (const SealingPrivateKey& identity : identities) {
      absl::StatusOr<SecretBytes> file_key = TryStanza(stanza, identity);
      if (!file_key.ok() || !file_key->empty()) return file_key;
    }
  }
  return absl::PermissionDeniedError(
      absl::StrCat("the file is not sealed to ", identities.size() == 1 ? "this key" : "these keys",
                   " (", header.stanzas.size(), " recipients)"));
}

std::array<std::uint8_t, kMacSize> HeaderMac(const SecretBytes& file_key, ByteView authenticated) {
  SecretBytes mac_key = HkdfSecret(file_key.View(), {}, AsBytes("header"));
  std::array<std::uint8_t, kMacSize> mac;
  crypto_auth_hmacsha256(mac.data(), authenticated.data(), authenticated.size(),
                         mac_key.View().data());
  return mac;
}

absl::Status CheckRecipients(std::span<const SealingPublicKey> recipients) {
  if (recipients.empty()) return absl::InvalidArgumentError("a file is sealed to at least one key");
  if (recipients.size() > kMaxAgeRecipients) {
    return absl::InvalidArgumentError(
        absl::StrCat("a file is sealed to at most ", kMaxAgeRecipients, " keys"));
  }
  std::vector<SealingPublicKey> sorted(recipients.begin(), recipients.end());
  std::sort(sorted.begin(), sorted.end());
  auto twice = std::adjacent_find(sorted.begin(), sorted.end());
  if (twice != sorted.end()) {
    return absl::InvalidArgumentError(
        absl::StrCat("the recipient ", twice->Recipient(), " is named twice"));
  }
  return absl::OkStatus();
}

SecretBytes EphemeralSecret(const SecretBytes& seed, std::size_t index,
                            const SealingPublicKey& recipient) {
  Bytes info = "cairn/age/ephemeral/v1";
  AppendU32(info, static_cast<std::uint32_t>(index));
  AppendBytes(info, recipient.Raw());
  return HkdfSecret(seed.View(), {}, AsBytes(info));
}

absl::Status AppendX25519Stanza(Bytes& text, const SecretBytes& file_key,
                                const SecretBytes& ephemeral, const SealingPublicKey& recipient) {
  absl::StatusOr<SealingPrivateKey> key = SealingPrivateKey::FromSecret(ephemeral);
  if (!key.ok()) return key.status();
  absl::StatusOr<SecretBytes> shared = key->SharedSecret(recipient.Raw());
  if (!shared.ok()) return shared.status();
  ByteView share = key->Public().Raw();
  SecretBytes wrap_key = WrapKey(*shared, share, recipient);
  std::array<std::uint8_t, kWrappedKeySize> body;
  crypto_aead_chacha20poly1305_ietf_encrypt(body.data(), nullptr, file_key.View().data(),
                                            file_key.size(), nullptr, 0, nullptr, kZeroNonce.data(),
                                            wrap_key.View().data());
  absl::StrAppend(&text, kStanzaBegin, kX25519Type, " ", UnpaddedBase64(share), "\n",
                  UnpaddedBase64(body), "\n");
  return absl::OkStatus();
}

}  // namespace

ByteView AgeHeader::Authenticated() const {
  // The MAC line is "--- ", 43 characters and LF; the MAC is over all through its three dashes.
  std::size_t mac_line = kMacBegin.size() + 43 + 1;
  return AsBytes(text).first(text.size() - mac_line + kMacBegin.size() - 1);
}

absl::StatusOr<AgeHeader> ReadAgeHeader(ByteReader& input) {
  HeaderLines lines(input);
  absl::Status version = CheckVersionLine(lines);
  if (!version.ok()) return version;
  AgeHeader header;
  while (true) {
    absl::StatusOr<absl::string_view> line = lines.Next();
    if (!line.ok()) return line.status();
    if (line->substr(0, kMacBegin.size()) == kMacBegin) {
      absl::StatusOr<Bytes> mac = ParseUnpaddedBase64(line->substr(kMacBegin.size()), kMacSize);
      if (!mac.ok()) return BadHeader(lines.number(), mac.status().message());
      if (mac->size() != kMacSize) return BadHeader(lines.number(), "the MAC is not 32 bytes");
      header.mac = *std::move(mac);
      break;
    }
    if (line->substr(0, kStanzaBegin.size()) != kStanzaBegin) {
      return BadHeader(lines.number(), "expected \"-> \" or \"--- \"");
    }
    if (header.stanzas.size() == kMaxAgeStanzas) {
      return BadHeader(lines.number(), absl::StrCat("more than ", kMaxAgeStanzas, " stanzas"));
    }
    absl::StatusOr<AgeStanza> stanza = ReadStanza(lines, *line);
    if (!stanza.ok()) return stanza.status();
    header.stanzas.push_back(*std::move(stanza));
  }
  if (header.stanzas.empty()) return BadHeader(lines.number(), "the header names no recipient");
  for (const AgeStanza& stanza : header.stanzas) {
    absl::Status status = CheckStanza(stanza, header.stanzas.size());
    if (!status.ok()) return status;
  }
  header.text = lines.TakeText();
  return header;
}

absl::StatusOr<SecretBytes> UnwrapFileKey(const AgeHeader& header,
                                          std::span<const SealingPrivateKey> identities) {
  absl::StatusOr<SecretBytes> file_key = FindFileKey(header, identities);
  if (!file_key.ok()) return file_key.status();
  if (!ConstantTimeEquals(HeaderMac(*file_key, header.Authenticated()), AsBytes(header.mac))) {
    return absl::DataLossError(
        "age header: its MAC does not match; the header was altered after sealing");
  }
  return file_key;
}

absl::StatusOr<BuiltAgeHeader> BuildAgeHeader(std::span<const SealingPublicKey> recipients,
                                              const SecretBytes& seed) {
  absl::Status status = CheckRecipients(recipients);
  if (!status.ok()) return status;
  if (seed.size() != kSealingSecretSize) {
    return absl::InvalidArgumentError(
        absl::StrCat("a sealing seed has 32 bytes, not ", seed.size()));
  }
  SecretBytes derived = HkdfSecret(seed.View(), {}, AsBytes("cairn/age/file-key/v1"));
  BuiltAgeHeader built{Bytes(kVersionLine),
                       SecretBytes::CopyOf(derived.View().first(kAgeFileKeySize))};
  for (std::size_t i = 0; i < recipients.size(); ++i) {
    status = AppendX25519Stanza(built.text, built.file_key, EphemeralSecret(seed, i, recipients[i]),
                                recipients[i]);
    if (!status.ok()) return status;
  }
  built.text += "---";
  std::string mac = UnpaddedBase64(HeaderMac(built.file_key, AsBytes(built.text)));
  absl::StrAppend(&built.text, " ", mac, "\n");
  return built;
}

}  // namespace cairn::keys
