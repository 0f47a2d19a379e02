// Bytes that must stay secret, and randomness.
//
// Secret bytes are kept in memory that libsodium locks, fences with guard pages and wipes when it
// is given back. They are never printed, never compared except in constant time, never put into a
// message, a status or a log line.
#ifndef CAIRN_KEYS_SECRET_H_
#define CAIRN_KEYS_SECRET_H_

#include <cstddef>
#include <cstdint>
#include <iosfwd>
#include <span>

#include "absl/status/status.h"
#include "keys/bytes.h"

namespace cairn::keys {

// Starts libsodium once for the process; every function of keys/ that needs it calls it itself.
// Ends the process if libsodium cannot start: nothing may go on without randomness. Thread-safe.
void InitSodium();

// A fixed number of secret bytes. Movable, not copyable: each copy is asked for by name.
// One costs two system calls and at least three pages, so it is for keys and passphrases, not for
// content. A moved-from one is empty. Not thread-safe while it is being written.
class SecretBytes {
 public:
  // `size` zero bytes. Ends the process when there is no memory.
  explicit SecretBytes(std::size_t size = 0);
  // A copy of `bytes`. The caller wipes what it copied from.
  static SecretBytes CopyOf(ByteView bytes);
  ~SecretBytes();
  SecretBytes(SecretBytes&& other) noexcept;
  SecretBytes& operator=(SecretBytes&& other) noexcept;
  SecretBytes(const SecretBytes&) = delete;
  SecretBytes& operator=(const SecretBytes&) = delete;

  SecretBytes Clone() const { return CopyOf(View()); }

  std::size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }

  // Valid until this object is moved from or destroyed. What receives the view must not keep,
  // print or copy it into memory that is not wiped.
  ByteView View() const { return {data_, size_}; }
  std::span<std::uint8_t> MutableView() { return {data_, size_}; }

  // Secrets have no text form and no order.
  friend std::ostream& operator<<(std::ostream&, const SecretBytes&) = delete;
  friend bool operator==(const SecretBytes&, const SecretBytes&) = delete;

 private:
  std::uint8_t* data_ = nullptr;  // From sodium_malloc; null when empty.
  std::size_t size_ = 0;
};

// Equal length and equal bytes. Takes the same time whatever the bytes; the lengths are not secret.
bool ConstantTimeEquals(ByteView a, ByteView b);
inline bool ConstantTimeEquals(const SecretBytes& a, const SecretBytes& b) {
  return ConstantTimeEquals(a.View(), b.View());
}

// `size` bytes from the kernel's generator (through libsodium). RandomBytes is for salts and
// nonces, which are not secret once used.
Bytes RandomBytes(std::size_t size);
SecretBytes RandomSecret(std::size_t size);

// HKDF-SHA-256 (RFC 5869), one 32-byte block of output, for secret results; leaves no copy behind.
SecretBytes HkdfSecret(ByteView key_material, ByteView salt, ByteView info);

// For the start of every main that handles secrets: no core file (RLIMIT_CORE 0) and no attaching
// by other processes of the same user (PR_SET_DUMPABLE 0). kInternal if the kernel refuses.
absl::Status DisableCoreDumps();

}  // namespace cairn::keys

#endif  // CAIRN_KEYS_SECRET_H_
