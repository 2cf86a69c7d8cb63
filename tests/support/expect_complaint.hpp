#pragma once

#include <gtest/gtest.h>

#include <exception>
#include <string>
#include <vector>

#include "libmoo/base/error.hpp"

namespace moo::test {

/// The complaint of the Exception that `call` throws; a test failure when it throws none or
/// another.
template <class Exception, class Call>
Complaint complaint_of(const Call& call) {
  try {
    call();
  } catch (const Exception& error) {
    return error.complaint();
  } catch (const std::exception& other) {
    ADD_FAILURE() << "another exception: " << other.what();
    return {};
  }
  ADD_FAILURE() << "nothing was thrown";
  return {};
}

/// Expects every part somewhere in the one-line message.
inline void expect_says(const Complaint& complaint, const std::vector<std::string>& parts) {
  const std::string message = complaint.message();
  for (const std::string& part : parts) {
    EXPECT_NE(message.find(part), std::string::npos) << "no \"" << part << "\" in: " << message;
  }
}

}  // namespace moo::test
