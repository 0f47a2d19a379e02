// The store over RocksDB. Keys and values: audit/log/layout.h.
#ifndef CAIRN_AUDIT_LOG_ROCKS_STORE_H_
#define CAIRN_AUDIT_LOG_ROCKS_STORE_H_

#include <cstddef>
#include <functional>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "audit/log/store.h"

namespace rocksdb {
class Env;
}  // namespace rocksdb

namespace cairn::log {

struct RocksOptions {
  enum class Mode {
    kCreateOrOpen,
    kOpen,      // kNotFound where there is no database.
    kReadOnly,  // The same, changing no byte on disk; writes are kFailedPrecondition. The caller
                // sees to it that nobody writes meanwhile (audit/log/anchor.h has the lock).
  };
  Mode mode = Mode::kCreateOrOpen;
  std::size_t block_cache_bytes = std::size_t{64} * 1024 * 1024;
  // For fault injection; null: the default. Must outlive the store.
  rocksdb::Env* env = nullptr;
  // Called, by the thread whose write it was, when one fails: what is on disk is not known any
  // more, and only opening it again finds out. Every later write gets the same error.
  std::function<void(const absl::Status&)> on_write_failure = {};
};

// Opens the database in the directory `path`, making it if told so.
// kFailedPrecondition: another process has it open, or it is of another format or version.
// kNotFound: see Mode. kDataLoss: RocksDB finds it corrupt, or what names the database is missing.
// Every write is protected per key from the call to the disk; a WAL with a torn end opens at the
// last whole batch (what was acknowledged is before it), and the anchor shows what else is missing.
absl::StatusOr<std::unique_ptr<Store>> OpenRocksStore(const std::string& path,
                                                      const RocksOptions& options = {});

}  // namespace cairn::log

#endif  // CAIRN_AUDIT_LOG_ROCKS_STORE_H_
