// The broker as an assessor like any other: where a charter names the operator's party as assessor
// and as recipient, every assessment that somebody else logs is computed again, in a process of its
// own, and logged as the operator's word. Where no charter does, nothing here can open anything.
#ifndef CAIRN_BROKER_ASSESSOR_H_
#define CAIRN_BROKER_ASSESSOR_H_

#include <cstdint>
#include <functional>
#include <set>
#include <string>
#include <thread>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "audit/log/mutex.h"
#include "audit/log/store.h"
#include "audit/statement/statement.h"
#include "broker/content_store.h"
#include "broker/metrics.h"
#include "broker/operator_voice.h"
#include "cairn/v1/state.pb.h"
#include "cairn/v1/work.pb.h"
#include "keys/secret.h"

namespace cairn::broker {

struct AssessorOptions {
  std::string origin;
  std::string operator_party;
  std::string program;      // That has the subcommand assess-worker.
  std::string sealing_key;  // Key file; only the worker opens it.
  std::string rules_folder;
  std::string content_folder;
  std::string data_folder;  // Below it the copy of a predecessor, if there is one.
  std::uint64_t seconds = 600;
  std::uint64_t memory_mib = 2048;
};

// A thread of its own; one assessment at a time. What failed is not tried again before a restart.
class Assessor {
 public:
  // All outlive this. `passphrase` is of the sealing key file.
  Assessor(AssessorOptions options, log::Store& store, const ContentStore& content,
           OperatorVoice& voice, Metrics& metrics, const keys::SecretBytes& passphrase);
  ~Assessor();
  Assessor(const Assessor&) = delete;
  Assessor& operator=(const Assessor&) = delete;

  // Starts the thread. Looks at once at all handovers, so that what was logged while the broker was
  // down is not left out.
  void Start();

  // Somebody assesses in this handover; looked at after the next Wake. Quick; thread-safe.
  void Touch(const keys::Bytes& handover);
  // The log has grown. Quick; thread-safe.
  void Wake();

  // Ends the thread after the assessment under way. Again: nothing.
  void Stop();

 private:
  void Run();
  void LookAt(const keys::Bytes& handover);
  absl::StatusOr<bool> IsOurs(const keys::Bytes& handover) const;
  absl::StatusOr<bool> HasOurReport(const keys::Bytes& handover, const keys::Bytes& inputs) const;
  absl::Status Recompute(const keys::Bytes& handover, const v1::Assess& theirs);
  absl::StatusOr<v1::AssessWork> Prepare(const keys::Bytes& handover,
                                         const v1::Assess& theirs) const;
  absl::Status AddControlHistory(const v1::AnnexRef& annex, v1::AssessWork& work) const;
  absl::Status AddPackages(const ledger::ScanView& view, const v1::Assess& theirs,
                           v1::AssessWork& work) const;

  const AssessorOptions options_;
  log::Store& store_;
  const ContentStore& content_;
  OperatorVoice& voice_;
  Metrics& metrics_;
  const keys::SecretBytes& passphrase_;
  std::set<keys::Bytes> failed_;  // Inputs. Of the thread alone.

  log::Mutex mutex_;
  log::CondVar wake_;
  std::set<keys::Bytes> touched_ ABSL_GUARDED_BY(mutex_);
  bool awake_ ABSL_GUARDED_BY(mutex_) = true;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace cairn::broker

#endif  // CAIRN_BROKER_ASSESSOR_H_
