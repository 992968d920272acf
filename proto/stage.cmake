# Adds protobuf-c's own options to a copy of an API file: short C names, const strings, no helpers we do not call.
file(READ ${IN} text)
string(REGEX REPLACE "(\npackage [^;]*;\n)"
       "\\1import \"protobuf-c/protobuf-c.proto\";\noption (pb_c_file).c_package = \"pb\";\noption (pb_c_file).const_strings = true;\noption (pb_c_file).gen_pack_helpers = false;\n"
       text "${text}")
file(WRITE ${OUT} "${text}")
