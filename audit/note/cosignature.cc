#include "audit/note/cosignature.h"

#include "absl/strings/str_cat.h"
#include "audit/note/checkpoint.h"

namespace cairn::note {
namespace {

constexpr std::size_t kTimeSize = 8;

absl::Status CheckTime(PosixSeconds time) {
  if (time != PosixSeconds{0} && time <= kMaxPosixSeconds) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat("a cosignature states a time from 1 to 2^63 - 1, not ", ToInt(time)));
}

PosixSeconds ReadTime(keys::ByteView payload) {
  std::uint64_t seconds = 0;
  for (const std::uint8_t byte : payload.first(kTimeSize)) seconds = seconds << 8 | byte;
  return PosixSeconds{seconds};
}

}  // namespace

std::string CosignatureMessage(absl::string_view checkpoint_text, PosixSeconds time) {
  return absl::StrCat("cosignature/v1\ntime ", ToInt(time), "\n", checkpoint_text);
}

absl::StatusOr<SignatureLine> Cosign(absl::string_view checkpoint_text, PosixSeconds time,
                                     absl::string_view name, const keys::SigningPrivateKey& key) {
  if (absl::Status status = CheckTime(time); !status.ok()) return status;
  absl::StatusOr<Checkpoint> checkpoint = ParseCheckpoint(checkpoint_text);
  if (!checkpoint.ok()) return checkpoint.status();
  absl::StatusOr<keys::VerifierKey> vkey =
      keys::VerifierKey::Create(name, keys::NoteKeyType::kCosignature, key.Public());
  if (!vkey.ok()) return vkey.status();
  SignatureLine line{.name = std::string(name), .key_id = vkey->id(), .signature = {}};
  keys::AppendU64(line.signature, ToInt(time));
  line.signature += key.Sign(keys::AsBytes(CosignatureMessage(checkpoint_text, time)));
  return line;
}

absl::StatusOr<PosixSeconds> VerifyCosignature(absl::string_view checkpoint_text,
                                               const keys::VerifierKey& key,
                                               keys::ByteView payload) {
  if (payload.size() != kCosignaturePayloadSize) {
    return absl::InvalidArgumentError(absl::StrCat("a cosignature has ", kCosignaturePayloadSize,
                                                   " bytes, not ", payload.size()));
  }
  const PosixSeconds time = ReadTime(payload);
  if (absl::Status status = CheckTime(time); !status.ok()) return status;
  const std::string message = CosignatureMessage(checkpoint_text, time);
  absl::Status status = key.key().Verify(keys::AsBytes(message), payload.subspan(kTimeSize));
  if (!status.ok()) return status;
  return time;
}

}  // namespace cairn::note
