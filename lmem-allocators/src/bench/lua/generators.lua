-- coroutines that yield small tables, most of them left before their end
local function squares(n)
  return coroutine.wrap(function()
    for i = 1, n do coroutine.yield({ i, i * i }) end
  end)
end

for round = 1, 3000 do
  local sum = 0
  for pair in squares(12) do
    sum = sum + pair[2]
    if sum > 1000 then break end
  end
end
