#include "keys/age.h"

#include <algorithm>
#include <array>
#include <utility>

#include "absl/strings/str_cat.h"
#include "keys/age_header.h"
#include "keys/age_stream.h"

namespace cairn::keys {
namespace {

constexpr std::uint64_t kVersionLineSize = 22;
constexpr std::uint64_t kX25519StanzaSize = 98;  // Two lines of it.
constexpr std::uint64_t kMacLineSize = 48;

// A sealed chunk and the byte behind it, rounded up: SecretBytes end at the end of a page, so that
// only a round size begins on a round address, which the cipher is faster on.
constexpr std::size_t kOpenBufferSize = kAgeChunkSize + 64;
static_assert(kOpenBufferSize > kSealedChunkSize);

}  // namespace

Source SourceOf(ByteView bytes) {
  return [bytes](std::span<std::uint8_t> out) mutable -> absl::StatusOr<std::size_t> {
    std::size_t size = std::min(out.size(), bytes.size());
    std::copy_n(bytes.begin(), size, out.begin());
    bytes = bytes.subspan(size);
    return size;
  };
}

std::uint64_t SealedSize(std::uint64_t plaintext_size, std::size_t recipients) {
  std::uint64_t chunks = std::max<std::uint64_t>(
      1, plaintext_size / kAgeChunkSize + (plaintext_size % kAgeChunkSize != 0 ? 1 : 0));
  return kVersionLineSize + kX25519StanzaSize * recipients + kMacLineSize + kAgeNonceSize +
         plaintext_size + chunks * kAgeTagSize;
}

// --- Sealing -------------------------------------------------------------------------------------

// A chunk is sealed only when it is known whether another follows: up to one chunk waits.
struct Sealer::State {
  State(const SecretBytes& payload_key, Sink to)
      : cipher(payload_key, ChunkCipher::Direction::kSeal),
        sink(std::move(to)),
        waiting(kAgeChunkSize),
        sealed(kSealedChunkSize, '\0') {}

  absl::Status SealChunk(ByteView plaintext, bool last) {
    std::span<std::uint8_t> out(reinterpret_cast<std::uint8_t*>(sealed.data()),
                                plaintext.size() + kAgeTagSize);
    cipher.Seal(plaintext, last, out);
    return sink(out);
  }

  absl::Status Write(ByteView plaintext) {
    while (!plaintext.empty()) {
      if (waiting_size == kAgeChunkSize) {
        absl::Status status = SealChunk(waiting.View(), /*last=*/false);
        if (!status.ok()) return status;
        waiting_size = 0;
      }
      if (waiting_size == 0 && plaintext.size() > kAgeChunkSize) {
        absl::Status status = SealChunk(plaintext.first(kAgeChunkSize), /*last=*/false);
        if (!status.ok()) return status;
        plaintext = plaintext.subspan(kAgeChunkSize);
        continue;
      }
      std::size_t take = std::min(plaintext.size(), kAgeChunkSize - waiting_size);
      std::copy_n(plaintext.begin(), take, waiting.MutableView().data() + waiting_size);
      waiting_size += take;
      plaintext = plaintext.subspan(take);
    }
    return absl::OkStatus();
  }

  ChunkCipher cipher;
  Sink sink;
  SecretBytes waiting;  // One chunk of plaintext, of which waiting_size bytes are there.
  std::size_t waiting_size = 0;
  Bytes sealed;
  absl::Status failed;
};

Sealer::Sealer(std::unique_ptr<State> state) : state_(std::move(state)) {}
Sealer::Sealer(Sealer&&) noexcept = default;
Sealer& Sealer::operator=(Sealer&&) noexcept = default;
Sealer::~Sealer() = default;

absl::StatusOr<Sealer> Sealer::Create(std::span<const SealingPublicKey> recipients, Sink sink) {
  return CreateFromSeed(recipients, RandomSecret(kSealingSecretSize), std::move(sink));
}

absl::StatusOr<Sealer> Sealer::CreateFromSeed(std::span<const SealingPublicKey> recipients,
                                              const SecretBytes& seed, Sink sink) {
  absl::StatusOr<BuiltAgeHeader> header = BuildAgeHeader(recipients, seed);
  if (!header.ok()) return header.status();
  Bytes nonce = RandomBytes(kAgeNonceSize);
  absl::Status status = sink(AsBytes(header->text));
  if (!status.ok()) return status;
  status = sink(AsBytes(nonce));
  if (!status.ok()) return status;
  return Sealer(
      std::make_unique<State>(AgePayloadKey(header->file_key, AsBytes(nonce)), std::move(sink)));
}

absl::Status Sealer::Write(ByteView plaintext) {
  if (!state_->failed.ok()) return state_->failed;
  state_->failed = state_->Write(plaintext);
  return state_->failed;
}

absl::Status Sealer::Finish() {
  if (!state_->failed.ok()) return state_->failed;
  absl::Status status =
      state_->SealChunk(state_->waiting.View().first(state_->waiting_size), /*last=*/true);
  state_->failed =
      status.ok() ? absl::FailedPreconditionError("the sealed file is finished") : status;
  return status;
}

// --- Opening -------------------------------------------------------------------------------------

struct Opener::State {
  State(ByteReader from, const SecretBytes& payload_key)
      : input(std::move(from)),
        cipher(payload_key, ChunkCipher::Direction::kOpen),
        chunk(kOpenBufferSize) {}

  // The nonce comes right after the header.
  static absl::StatusOr<std::unique_ptr<State>> Start(ByteReader input,
                                                      const SecretBytes& file_key) {
    std::array<std::uint8_t, kAgeNonceSize> nonce;
    absl::StatusOr<std::size_t> got = input.ReadFull(nonce);
    if (!got.ok()) return got.status();
    if (*got != nonce.size()) {
      return absl::DataLossError("age payload: the file is cut short before its first chunk");
    }
    return std::make_unique<State>(std::move(input), AgePayloadKey(file_key, nonce));
  }

  // The plaintext of the next chunk, valid until the next call; empty at the end. One byte is read
  // ahead, because only the end of the input tells which chunk has to be the last.
  absl::StatusOr<ByteView> NextChunk() {
    if (!failed.ok()) return failed;
    if (ended) return ByteView();
    std::span<std::uint8_t> buffer = chunk.MutableView().first(kSealedChunkSize + 1);
    if (has_ahead) buffer[0] = ahead;
    absl::StatusOr<std::size_t> got = input.ReadFull(buffer.subspan(has_ahead ? 1 : 0));
    if (!got.ok()) return Fail(got.status());
    std::size_t size = *got + (has_ahead ? 1 : 0);
    has_ahead = size == buffer.size();
    if (has_ahead) ahead = buffer[--size];
    ended = !has_ahead;
    absl::Status status = OpenChunk(buffer.first(size));
    if (!status.ok()) return Fail(status);
    return chunk.View().first(size - kAgeTagSize);
  }

  absl::Status OpenChunk(std::span<std::uint8_t> sealed) {
    if (sealed.size() < kAgeTagSize) return Broken("the file is cut short inside it");
    if (sealed.size() == kAgeTagSize && cipher.chunk() > 0) {
      return Broken("the file ends in an empty chunk, or is cut short");
    }
    if (cipher.Open(sealed, /*last=*/ended)) return absl::OkStatus();
    return Broken(ended ? "it does not verify as the last: altered, or the file is cut short"
                        : "it does not verify: altered, or bytes follow the end of the file");
  }

  absl::Status Broken(absl::string_view why) {
    return absl::DataLossError(absl::StrCat("age payload, chunk ", cipher.chunk(), ": ", why,
                                            "; nothing of it or behind it was released"));
  }

  absl::Status Fail(absl::Status status) {
    failed = std::move(status);
    return failed;
  }

  ByteReader input;
  ChunkCipher cipher;
  SecretBytes chunk;  // Sealed when read, opened in place.
  std::uint8_t ahead = 0;
  bool has_ahead = false;
  bool ended = false;
  absl::Status failed;
  ByteView unread;  // What Read has not handed out yet; into `chunk`.
};

Opener::Opener(std::unique_ptr<State> state) : state_(std::move(state)) {}
Opener::Opener(Opener&&) noexcept = default;
Opener& Opener::operator=(Opener&&) noexcept = default;
Opener::~Opener() = default;

absl::StatusOr<Opener> Opener::Create(Source source,
                                      std::span<const SealingPrivateKey> identities) {
  ByteReader input(std::move(source));
  absl::StatusOr<AgeHeader> header = ReadAgeHeader(input);
  if (!header.ok()) return header.status();
  absl::StatusOr<SecretBytes> file_key = UnwrapFileKey(*header, identities);
  if (!file_key.ok()) return file_key.status();
  absl::StatusOr<std::unique_ptr<State>> state = State::Start(std::move(input), *file_key);
  if (!state.ok()) return state.status();
  return Opener(*std::move(state));
}

absl::StatusOr<Opener> Opener::CreateWithSeed(Source source, const SecretBytes& seed,
                                              std::span<const SealingPublicKey> recipients) {
  ByteReader input(std::move(source));
  absl::StatusOr<AgeHeader> header = ReadAgeHeader(input);
  if (!header.ok()) return header.status();
  absl::StatusOr<BuiltAgeHeader> expected = BuildAgeHeader(recipients, seed);
  if (!expected.ok()) return expected.status();
  if (header->text != expected->text) {
    return absl::PermissionDeniedError(
        "the file was not sealed from this seed to exactly these recipients");
  }
  absl::StatusOr<std::unique_ptr<State>> state = State::Start(std::move(input), expected->file_key);
  if (!state.ok()) return state.status();
  return Opener(*std::move(state));
}

absl::StatusOr<std::size_t> Opener::Read(std::span<std::uint8_t> out) {
  if (state_->unread.empty()) {
    absl::StatusOr<ByteView> next = state_->NextChunk();
    if (!next.ok()) return next.status();
    state_->unread = *next;
  }
  std::size_t size = std::min(out.size(), state_->unread.size());
  std::copy_n(state_->unread.begin(), size, out.begin());
  state_->unread = state_->unread.subspan(size);
  return size;
}

absl::Status Opener::DrainTo(const Sink& sink) {
  while (true) {
    absl::StatusOr<ByteView> next = std::exchange(state_->unread, ByteView());
    if (next->empty()) next = state_->NextChunk();
    if (!next.ok()) return next.status();
    if (next->empty()) return absl::OkStatus();
    absl::Status status = sink(*next);
    if (!status.ok()) return status;
  }
}

absl::Status Open(Source source, std::span<const SealingPrivateKey> identities, const Sink& sink) {
  absl::StatusOr<Opener> opener = Opener::Create(std::move(source), identities);
  if (!opener.ok()) return opener.status();
  return opener->DrainTo(sink);
}

}  // namespace cairn::keys
