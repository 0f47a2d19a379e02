// How a program that is going to be killed hands over receipts: frames on its standard output, one
// write each. Whatever was written whole before the kill was acknowledged.
//
//   u32be length of the proof file || the proof file || u32be length of the entry || the entry
#ifndef CAIRN_TESTS_CRASH_FRAMES_H_
#define CAIRN_TESTS_CRASH_FRAMES_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "keys/bytes.h"

namespace cairn::crash {

// A receipt as its owner keeps it: N.tlog-proof and N.entry.
struct Receipt {
  keys::Bytes proof_file;
  keys::Bytes entry;
};

inline std::string EncodeFrame(const Receipt& receipt) {
  std::string frame;
  keys::AppendU32(frame, static_cast<std::uint32_t>(receipt.proof_file.size()));
  frame += receipt.proof_file;
  keys::AppendU32(frame, static_cast<std::uint32_t>(receipt.entry.size()));
  frame += receipt.entry;
  return frame;
}

// Takes one length and what follows it off `bytes`; false if it is not whole.
inline bool TakePart(absl::string_view& bytes, keys::Bytes& part) {
  if (bytes.size() < 4) return false;
  std::uint32_t length = 0;
  for (int i = 0; i < 4; ++i) length = length << 8 | static_cast<std::uint8_t>(bytes[i]);
  if (bytes.size() - 4 < length) return false;
  part = keys::Bytes(bytes.substr(4, length));
  bytes.remove_prefix(4 + length);
  return true;
}

// All whole frames, in order.
inline std::vector<Receipt> ParseFrames(absl::string_view bytes) {
  std::vector<Receipt> receipts;
  Receipt receipt;
  while (TakePart(bytes, receipt.proof_file) && TakePart(bytes, receipt.entry)) {
    receipts.push_back(receipt);
  }
  return receipts;
}

}  // namespace cairn::crash

#endif  // CAIRN_TESTS_CRASH_FRAMES_H_
