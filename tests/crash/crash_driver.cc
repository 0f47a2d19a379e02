// A log under load, to be killed: crash_driver DIR.
//
// Opens or goes on with the log in DIR (db, anchor), lets a number of parties speak as fast as they
// are answered, and writes each receipt to standard output as a frame (frames.h) once it has it.
// What a party is about to send it keeps in DIR/outbox first, and sends again when started anew,
// as a client does. Ends with 1 if the log does not open or opens sealed; else it is killed.
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <variant>
#include <vector>

#include "absl/strings/str_cat.h"
#include "audit/ledger/read.h"
#include "audit/log/mutex.h"
#include "audit/log/rocks_store.h"
#include "audit/log/sequencer.h"
#include "audit/note/proof_file.h"
#include "audit/statement/entry.h"
#include "tests/crash/frames.h"
#include "tests/testing/small_log.h"

namespace cairn::crash {
namespace {

constexpr int kParties = 24;

using testing::OrDie;

// Gives one statement and waits.
log::Outcome SubmitAndWait(log::Sequencer& sequencer, const statement::VerifiedStatement& say) {
  struct Waiting {
    log::Mutex mutex;
    log::CondVar done;
    std::unique_ptr<log::Outcome> outcome ABSL_GUARDED_BY(mutex);
  } waiting;
  const absl::Status status =
      sequencer.Submit({say, [&waiting](log::Outcome outcome) {
                          const log::MutexLock lock(waiting.mutex);
                          waiting.outcome = std::make_unique<log::Outcome>(std::move(outcome));
                          waiting.done.NotifyOne();
                        }});
  if (!status.ok()) return status;
  const log::MutexLock lock(waiting.mutex);
  while (waiting.outcome == nullptr) waiting.done.Wait(waiting.mutex);
  return std::move(*waiting.outcome);
}

// Writes the receipt out; anything but a leaf is a failure of the test.
void HandOver(const log::Outcome& outcome, const statement::VerifiedStatement& say) {
  const auto* logged = std::get_if<log::Logged>(&outcome);
  if (logged == nullptr) {
    const auto* status = std::get_if<absl::Status>(&outcome);
    std::fprintf(stderr, "not logged: %s\n",
                 status != nullptr ? status->ToString().c_str() : "refused");
    std::_Exit(1);
  }
  Receipt receipt;
  receipt.entry = statement::EncodeEntry(logged->logged_at_ms, keys::AsBytes(say.signed_bytes()));
  receipt.proof_file = OrDie(note::FormatProofFile(
      {std::nullopt, logged->index, OrDie(logged->ProveInclusion()), logged->head->note}));
  const std::string frame = EncodeFrame(receipt);
  static log::Mutex mutex;
  const log::MutexLock lock(mutex);
  if (write(STDOUT_FILENO, frame.data(), frame.size()) != static_cast<ssize_t>(frame.size())) {
    std::_Exit(1);
  }
}

// Replaces the file in one step, so that a kill leaves the old one or the new one.
void KeepInOutbox(const std::string& path, const keys::Bytes& bytes) {
  std::ofstream(path + ".new", std::ios::binary | std::ios::trunc) << bytes;
  std::filesystem::rename(path + ".new", path);
}

void SendAgain(log::Sequencer& sequencer, const std::string& outbox) {
  std::ifstream in(outbox, std::ios::binary);
  if (!in) return;
  const keys::Bytes bytes{std::istreambuf_iterator<char>(in), {}};
  const statement::VerifiedStatement say = OrDie(statement::Verify(keys::AsBytes(bytes)));
  HandOver(SubmitAndWait(sequencer, say), say);
}

// Speaks without end. The chain goes on where the log says that it stands.
void Speak(log::Sequencer& sequencer, const log::Store& store, testing::Speaker& speaker,
           const std::string& outbox) {
  SendAgain(sequencer, outbox);
  const v1::ChainObject chain =
      OrDie(ledger::ReadChain(store, speaker.key().Public().Fingerprint().View()));
  speaker.SetChain(chain.sequence(), chain.head());
  for (;;) {
    const statement::VerifiedStatement say = speaker.SignClaim(speaker.sequence());
    KeepInOutbox(outbox, say.signed_bytes());
    HandOver(SubmitAndWait(sequencer, say), say);
  }
}

int Drive(const std::string& folder) {
  std::filesystem::create_directories(folder + "/outbox");
  testing::SmallLog small;
  auto store = log::OpenRocksStore(folder + "/db");
  if (!store.ok()) {
    std::fprintf(stderr, "%s\n", store.status().ToString().c_str());
    return 1;
  }
  log::SequencerHooks hooks;
  hooks.now_ms = [] { return std::uint64_t{1'700'000'000'000}; };
  auto sequencer = log::Sequencer::Open(
      **store, folder + "/anchor", {small.origin(), &small.log_key(), &small.the_operator().key()},
      std::move(hooks));
  if (!sequencer.ok() || (*sequencer)->sealed()) {
    std::fprintf(
        stderr, "%s\n",
        sequencer.ok() ? (*sequencer)->sealed()->c_str() : sequencer.status().ToString().c_str());
    return 1;
  }
  std::vector<testing::Speaker> speakers;
  for (int i = 0; i < kParties; ++i) {
    speakers.push_back(small.NewSpeaker(absl::StrCat("party-", i)));
  }
  // The same bytes every time: what is there already is answered as such.
  std::vector<statement::VerifiedStatement> founding = small.Founding();
  for (const testing::Speaker& speaker : speakers) {
    founding.push_back(small.registrar().SignEnrol(speaker));
  }
  for (const statement::VerifiedStatement& say : founding) {
    HandOver(SubmitAndWait(**sequencer, say), say);
  }
  std::vector<std::thread> threads;
  for (testing::Speaker& speaker : speakers) {
    threads.emplace_back([&, outbox = folder + "/outbox/" + speaker.party()] {
      Speak(**sequencer, **store, speaker, outbox);
    });
  }
  for (std::thread& thread : threads) thread.join();
  return 0;
}

}  // namespace
}  // namespace cairn::crash

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  return cairn::crash::Drive(argv[1]);
}
