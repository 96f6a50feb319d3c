#!/usr/bin/env bash
# Asks the running API server, with curl, for every row of the routes' table in the README. `npm run example:try-routes`
# starts that server with a mock of Apple and sets the variables used here.
set -euo pipefail

ask() {
  printf '\n# %s\n$ %s\n' "$1" "$2"
  eval "$2 --silent --show-error --max-time 10 --write-out ' <- %{http_code}\n'"
}

put='curl -X PUT $API_URL/api/v1/me/devices -H "Authorization: Bearer $USER_10"'
delete='curl -X DELETE $API_URL/api/v1/me/devices'
call='curl $API_URL/api/internal/push/call -H "X-Admin-Token: $ADMIN_PUSH_TOKEN"'
message='curl $API_URL/api/internal/push/message -H "X-Admin-Token: $ADMIN_PUSH_TOKEN"'

ask 'A phone registers both its tokens' \
  "$put --json '{\"platform\":\"ios\",\"bundleId\":\"com.example.app\",\"voipDeviceToken\":\"'\$VOIP_TOKEN'\",\"apnsDeviceToken\":\"'\$ALERT_TOKEN'\"}'"
ask 'One of them alone; the other stays as it was' \
  "$put --json '{\"platform\":\"ios\",\"bundleId\":\"com.example.app\",\"voipDeviceToken\":\"'\$VOIP_TOKEN'\"}'"
ask 'Neither' "$put --json '{\"platform\":\"ios\",\"bundleId\":\"com.example.app\"}'"
ask 'A token that is none' \
  "$put --json '{\"platform\":\"ios\",\"bundleId\":\"com.example.app\",\"voipDeviceToken\":\"ExponentPushToken[abc]\"}'"
ask 'Nobody has logged in' "curl -X PUT \$API_URL/api/v1/me/devices --json '{}'"
ask 'The login has expired' "curl -X PUT \$API_URL/api/v1/me/devices -H \"Authorization: Bearer \$EXPIRED\" --json '{}'"
ask 'Not JSON' "$put -H 'Content-Type: application/json' --data '{\"platform\":'"
ask 'Not said to be JSON' "$put -H 'Content-Type: text/plain' --data 'hello'"
ask 'More than 64 KiB' "head -c 70000 /dev/zero | tr '\\0' ' ' | $put -H 'Content-Type: application/json' --data-binary @-"
ask 'Another method' "curl -X PATCH \$API_URL/api/v1/me/devices"

ask 'Ring user 10' \
  "$call --json '{\"toUserId\":10,\"callId\":\"11-10\",\"fromUserId\":11,\"fromDisplayName\":\"User 11\",\"room\":\"p2p:11-10\",\"hasVideo\":true}'"
ask 'Ring user 10, with an idempotency key' \
  "$call -H 'Idempotency-Key: ring-1' --json '{\"toUserId\":10,\"callId\":\"11-10\",\"fromUserId\":11}'"
ask 'The same request again' \
  "$call -H 'Idempotency-Key: ring-1' --json '{\"toUserId\":10,\"callId\":\"11-10\",\"fromUserId\":11}'"
ask 'Another admin token' "curl \$API_URL/api/internal/push/call -H 'X-Admin-Token: guess' --json '{\"toUserId\":10}'"
ask 'A user without a phone' "$call --json '{\"toUserId\":12,\"callId\":\"11-12\",\"fromUserId\":11}'"
ask 'A user who has deleted the app' "$call --json '{\"toUserId\":20,\"callId\":\"11-20\",\"fromUserId\":11}'"
ask 'No call id' "$call --json '{\"toUserId\":10,\"fromUserId\":11}'"
ask 'A push that announces no call' \
  "$call --json '{\"toUserId\":10,\"callId\":\"11-10\",\"fromUserId\":11,\"type\":\"call.cancel\"}'"

ask 'A message for user 10' \
  "$message --json '{\"toUserId\":10,\"title\":\"User 11\",\"body\":\"Call me back?\",\"extra\":{\"fromUserId\":11}}'"
ask 'A message for a user without a phone' "$message --json '{\"toUserId\":12,\"title\":\"User 11\",\"body\":\"Hello\"}'"
ask 'A message for a user who has deleted the app' \
  "$message --json '{\"toUserId\":20,\"title\":\"User 11\",\"body\":\"Hello\"}'"
ask 'A message with another admin token' \
  "curl \$API_URL/api/internal/push/message -H 'X-Admin-Token: guess' --json '{\"toUserId\":10}'"

ask 'User 20 logs out user 10: nothing happens' \
  "$delete -H \"Authorization: Bearer \$USER_20\" --json '{\"platform\":\"ios\",\"bundleId\":\"com.example.app\",\"voipDeviceToken\":\"'\$VOIP_TOKEN'\"}'"
ask 'User 10 still rings' "$call --json '{\"toUserId\":10,\"callId\":\"12-10\",\"fromUserId\":12}'"
ask 'User 10 logs out' \
  "$delete -H \"Authorization: Bearer \$USER_10\" --json '{\"platform\":\"ios\",\"bundleId\":\"com.example.app\",\"voipDeviceToken\":\"'\$VOIP_TOKEN'\"}'"
ask 'User 10 rings no more' "$call --json '{\"toUserId\":10,\"callId\":\"13-10\",\"fromUserId\":13}'"
