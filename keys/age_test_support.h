// Sealing and opening in memory, for the tests of age files.
#ifndef CAIRN_KEYS_AGE_TEST_SUPPORT_H_
#define CAIRN_KEYS_AGE_TEST_SUPPORT_H_

#include <span>
#include <vector>

#include "keys/age.h"
#include "keys/bytes.h"
#include "keys/sealing.h"

namespace cairn::keys {

inline Sink AppendTo(Bytes& out) {
  return [&out](ByteView bytes) {
    AppendBytes(out, bytes);
    return absl::OkStatus();
  };
}

inline absl::StatusOr<Bytes> SealAll(std::span<const SealingPublicKey> recipients,
                                     ByteView plaintext) {
  Bytes sealed;
  absl::StatusOr<Sealer> sealer = Sealer::Create(recipients, AppendTo(sealed));
  if (!sealer.ok()) return sealer.status();
  absl::Status status = sealer->Write(plaintext);
  if (status.ok()) status = sealer->Finish();
  if (!status.ok()) return status;
  return sealed;
}

inline Bytes SealTo(const SealingPrivateKey& key, ByteView plaintext) {
  const SealingPublicKey recipients[] = {key.Public()};
  return SealAll(recipients, plaintext).value();
}

// What came out before an error is in `released` if it is given.
inline absl::StatusOr<Bytes> OpenAll(const Bytes& sealed, const SealingPrivateKey& key,
                                     Bytes* released = nullptr) {
  Bytes plaintext;
  absl::Status status = Open(SourceOf(AsBytes(sealed)), std::span(&key, 1), AppendTo(plaintext));
  if (released != nullptr) *released = plaintext;
  if (!status.ok()) return status;
  return plaintext;
}

// Bytes that differ from place to place.
inline Bytes SomeContent(std::size_t size) {
  Bytes content(size, '\0');
  std::uint32_t state = 12345;
  for (char& c : content) {
    state = state * 1664525 + 1013904223;
    c = static_cast<char>(state >> 24);
  }
  return content;
}

}  // namespace cairn::keys

#endif  // CAIRN_KEYS_AGE_TEST_SUPPORT_H_
