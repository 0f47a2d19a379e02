// Notes, signature lines, checkpoints and add-checkpoint requests, as they come over the network.
// Besides not crashing: what parses has one spelling, and what opens was signed.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

#include "audit/note/add_checkpoint.h"
#include "audit/note/checkpoint.h"
#include "audit/note/note.h"

namespace {

namespace keys = cairn::keys;
namespace note = cairn::note;

// The log and the witness of tests/vectors/log/cairn-test-1.txt.
const std::vector<keys::VerifierKey>& Trusted() {
  static const auto* const trusted = new std::vector<keys::VerifierKey>{
      *keys::VerifierKey::Parse("log.example.org/cairn/test-1+9d415180+"
                                "AYqI4910CfGV/VLbLTy6XXLKZwm/HZQSG/N0iAG0D29c"),
      *keys::VerifierKey::Parse("witness.example.net/w1+0abc1f19+"
                                "BIE5dw6ofRdfVqNUZsNMfszLjYqRtO43ol32D1uPybOU")};
  return *trusted;
}

void Must(bool holds) {
  if (!holds) std::abort();
}

void FuzzNote(keys::ByteView bytes) {
  const auto lines = note::ListSignatureLines(bytes);
  const auto opened = note::Open(bytes, Trusted());
  Must(!opened.ok() || (lines.ok() && !opened->signatures.empty()));
  const auto checkpoint =
      note::OpenCheckpoint(bytes, Trusted()[0], std::span(Trusted()).subspan(1));
  Must(!checkpoint.ok() || opened.ok());
  Must(lines.ok() || !note::ClaimedOrigin(bytes).ok());
  if (!lines.ok()) return;
  const auto merged = note::MergeSignatureLines(bytes, *lines);
  if (!merged.ok()) return;  // Names and payloads were fine, so only a limit can be the reason.
  const auto again = note::ListSignatureLines(keys::AsBytes(*merged));
  Must(again.ok() && *again == *lines);
}

void FuzzText(absl::string_view text) {
  const auto checkpoint = note::ParseCheckpoint(text);
  if (checkpoint.ok() && note::HasFittingRoot(*checkpoint)) {
    Must(note::FormatCheckpoint(*checkpoint).value() == text);
  }
  const auto lines = note::ParseSignatureLines(text);
  if (!lines.ok()) return;
  std::string written;
  for (const note::SignatureLine& line : *lines) written += note::FormatSignatureLine(line);
  Must(written == text);
}

void FuzzRequest(keys::ByteView bytes) {
  const auto request = note::ParseAddCheckpoint(bytes);
  if (request.ok()) Must(note::FormatAddCheckpoint(*request).value() == keys::AsText(bytes));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const keys::ByteView bytes(data, size);
  FuzzNote(bytes);
  FuzzText(keys::AsText(bytes));
  FuzzRequest(bytes);
  return 0;
}
