-- lines of text, joined, split and turned round
local out = {}
for i = 1, 30000 do
  out[#out + 1] = string.format("%05d %s %x", i, ("ab"):rep(i % 40), i * 2654435761 % 4294967296)
  if #out == 500 then
    local n = 0
    for line in table.concat(out, "\n"):gmatch("[^\n]+") do n = n + #line:sub(3, -3):reverse() end
    out = {}
  end
end
