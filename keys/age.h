// Sealed files: age v1 with X25519 recipients (C2SP age.md), streaming both ways.
//
//   age-encryption.org/v1
//   -> X25519 <base64 ephemeral share>
//   <base64 wrapped file key>            one stanza a recipient
//   --- <base64 MAC of all before>
//   16-byte nonce, then ChaCha20-Poly1305 chunks of 64 KiB of plaintext each
//
// Whoever has age, rage or typage opens these files without Cairn, and the reverse. The header's
// MAC is keyed with the file key, so one file cannot show two recipients two plaintexts.
//
// age does not authenticate the sender: what says who sealed a file is a signed statement of the
// file's digest, not this layer.
//
// Memory is constant (a few chunks) however large the file. Nothing here is thread-safe; use
// one object a thread. No function follows untrusted lengths before it has checked them.
#ifndef CAIRN_KEYS_AGE_H_
#define CAIRN_KEYS_AGE_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "keys/bytes.h"
#include "keys/sealing.h"
#include "keys/secret.h"

namespace cairn::keys {

inline constexpr std::size_t kAgeChunkSize = std::size_t{64} * 1024;       // Plaintext a chunk.
inline constexpr std::size_t kMaxAgeHeaderSize = std::size_t{128} * 1024;  // Through the MAC line.
inline constexpr std::size_t kMaxAgeStanzas = 1000;  // Of all types, unknown ones included.
inline constexpr std::size_t kMaxAgeRecipients = kMaxAgeStanzas;

// Takes the next bytes. An error ends the operation and is returned as it is.
using Sink = std::function<absl::Status(ByteView)>;

// Fills a beginning of the buffer and returns how many bytes; 0 only at the end of the input. An
// error ends the operation and is returned as it is. The buffer is never empty.
using Source = std::function<absl::StatusOr<std::size_t>(std::span<std::uint8_t>)>;

// A source over bytes in memory, which must outlive it.
Source SourceOf(ByteView bytes);

// The exact size of the sealed file for so much plaintext and so many X25519 recipients.
std::uint64_t SealedSize(std::uint64_t plaintext_size, std::size_t recipients);

// Seals one file. Write any number of times, then Finish once; without Finish the file is
// truncated, and every opener says so. After an error every later call returns the same error.
class Sealer {
 public:
  // Writes the header to `sink`, which this object keeps. kInvalidArgument: no recipient, more than
  // kMaxAgeRecipients, or the same recipient twice.
  static absl::StatusOr<Sealer> Create(std::span<const SealingPublicKey> recipients, Sink sink);

  // The same with the file key and the ephemeral secrets derived from `seed` (32 bytes) and the
  // recipients, so that who sealed the file can later show what was in it and to whom it went
  // (OpenWithSeed), giving away no long-term key. The nonce stays random, so that a seed used twice
  // endangers nothing. One seed a file nevertheless: showing it opens every file made with it.
  // kInvalidArgument: as above, or `seed` is not 32 bytes.
  static absl::StatusOr<Sealer> CreateFromSeed(std::span<const SealingPublicKey> recipients,
                                               const SecretBytes& seed, Sink sink);

  Sealer(Sealer&&) noexcept;
  Sealer& operator=(Sealer&&) noexcept;
  ~Sealer();

  // Errors: those of the sink; kFailedPrecondition after Finish.
  absl::Status Write(ByteView plaintext);
  // Writes the last chunk. The file is complete only when this returned OK.
  absl::Status Finish();

 private:
  struct State;
  explicit Sealer(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

// Opens one file, by pulling. Plaintext is handed out chunk by chunk as each is verified; a caller
// that must not act on a part of a file waits for Read to return 0.
class Opener {
 public:
  // Reads the header and finds the identity that opens it. REQUIRES: `identities` outlive the call.
  // kInvalidArgument: the header is not what the specification says; the message names its line.
  // kPermissionDenied: none of the identities is a recipient (or the only stanza is of a
  // passphrase). kDataLoss: the header's MAC does not match: altered, or never well made. Other
  // codes: from the source.
  static absl::StatusOr<Opener> Create(Source source,
                                       std::span<const SealingPrivateKey> identities);

  // Opens what CreateFromSeed made with this seed for exactly these recipients in this order: shows
  // to a third person what a sealed file holds and who could read it. kPermissionDenied: the header
  // is not the one that seed and recipients give. Else as above.
  static absl::StatusOr<Opener> CreateWithSeed(Source source, const SecretBytes& seed,
                                               std::span<const SealingPublicKey> recipients);

  Opener(Opener&&) noexcept;
  Opener& operator=(Opener&&) noexcept;
  ~Opener();

  // Fills a beginning of `out` (not empty) and returns how many bytes; 0 means that the whole file
  // was read, is authentic, and nothing follows it. kDataLoss: a chunk that does not verify, a file
  // cut short, bytes after its end; the message names the chunk (from 0), and nothing of that chunk
  // or behind it was or will be handed out. Every later call then returns the same error.
  absl::StatusOr<std::size_t> Read(std::span<std::uint8_t> out);

  // The same for all that is left, into `sink`, without a copy between.
  absl::Status DrainTo(const Sink& sink);

 private:
  struct State;
  explicit Opener(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

// The whole of it: Create and DrainTo.
// Errors as Opener's. What the sink received before an error is authentic but not the whole file:
// the caller discards it.
absl::Status Open(Source source, std::span<const SealingPrivateKey> identities, const Sink& sink);

}  // namespace cairn::keys

#endif  // CAIRN_KEYS_AGE_H_
