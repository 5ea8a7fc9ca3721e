-- source text compiled again and again, with the functions that it makes
local source = {}
for i = 1, 300 do
  source[i] = "local function f" .. i .. "(a, b) local t = {a, b, x = a + " .. i
    .. "}; return t.x * b, function() return t end end"
end
for round = 1, 25 do
  for k = 1, 300, 30 do assert(loadstring(table.concat(source, "\n", k, k + 29)))() end
  collectgarbage("step", 50)
end
