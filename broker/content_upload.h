// Unfinished uploads of the content store. Internal to this folder.
#ifndef CAIRN_BROKER_CONTENT_UPLOAD_H_
#define CAIRN_BROKER_CONTENT_UPLOAD_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "audit/log/mutex.h"
#include "broker/chunk_disk.h"
#include "broker/content_store.h"
#include "cairn/v1/content.pb.h"
#include "keys/bytes.h"
#include "keys/digest.h"

namespace cairn::broker {

// One party's unfinished upload, as long as somebody is busy with it. The index has what survives.
struct ContentStore::Upload {
  keys::Digest digest;
  std::string hex;
  std::string party;
  keys::Bytes list;  // Declared chunk digests.

  log::Mutex mutex;
  v1::ContentUpload object ABSL_GUARDED_BY(mutex);
  std::uint64_t received ABSL_GUARDED_BY(mutex) = 0;  // Committed and staged bytes.
  std::vector<std::unique_ptr<StagedChunk>> staged ABSL_GUARDED_BY(mutex);
  keys::Sha256Stream hash ABSL_GUARDED_BY(mutex);  // Of the bytes before `hashed`.
  std::uint64_t hashed ABSL_GUARDED_BY(mutex) = 0;
  bool complete ABSL_GUARDED_BY(mutex) = false;
  bool forgotten ABSL_GUARDED_BY(mutex) = false;

  UploadState State() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex) {
    return {.committed_size = object.committed_size(),
            .complete = complete,
            .expires_at_ms = complete ? 0 : object.expires_at_ms()};
  }
};

// kInvalidArgument (SIZE_OUT_OF_RANGE), naming the field.
absl::Status SizeError(absl::string_view field, const std::string& what);

}  // namespace cairn::broker

#endif  // CAIRN_BROKER_CONTENT_UPLOAD_H_
