<map version="1.0.1">
  <node ID="ID_root" TEXT="Studygraph">
    <node ID="ID_1e409e20bfc429d4" TEXT="Anna Weber" LINK="https://w3id.org/studygraph/id/anna-weber">
      <attribute NAME="evidence" VALUE="bread.txt:11"/>
    </node>
    <node ID="ID_ced7813246e19efd" TEXT="Baking method" LINK="https://w3id.org/studygraph/id/baking-method">
      <attribute NAME="evidence" VALUE="bread.txt:3-4; bread.txt:3-5; bread.txt:3-6; bread.txt:11"/>
      <node ID="ID_68012ad5bb6a73e7" TEXT="Mixing" LINK="https://w3id.org/studygraph/id/mixing">
        <attribute NAME="has part" VALUE="bread.txt:3-4"/>
        <attribute NAME="evidence" VALUE="bread.txt:3-4; bread.txt:7"/>
        <node ID="ID_leaf_3" TEXT="precedes: Proving →" LINK="https://w3id.org/studygraph/id/proving">
          <arrowlink DESTINATION="ID_10321701c9d189de" ENDARROW="Default"/>
          <attribute NAME="precedes" VALUE="bread.txt:7"/>
        </node>
      </node>
      <node ID="ID_10321701c9d189de" TEXT="Proving" LINK="https://w3id.org/studygraph/id/proving">
        <attribute NAME="has part" VALUE="bread.txt:3-5"/>
        <attribute NAME="evidence" VALUE="bread.txt:8; khleb.txt:2"/>
        <richcontent TYPE="NOTE">
          <html>
            <head/>
            <body>
              <p>definition: the rest in which the dough rises [bread.txt:8]</p>
              <p>definition: отдых теста, во время которого оно поднимается [khleb.txt:2]</p>
            </body>
          </html>
        </richcontent>
        <node ID="ID_leaf_5" TEXT="precedes: Baking →" LINK="https://w3id.org/studygraph/id/baking">
          <arrowlink DESTINATION="ID_56bbbb0a1a7c2cf2" ENDARROW="Default"/>
          <attribute NAME="precedes" VALUE="bread.txt:7"/>
        </node>
      </node>
      <node ID="ID_56bbbb0a1a7c2cf2" TEXT="Baking" LINK="https://w3id.org/studygraph/id/baking">
        <attribute NAME="has part" VALUE="bread.txt:3-6"/>
        <attribute NAME="evidence" VALUE="bread.txt:3-6; bread.txt:7"/>
      </node>
      <node ID="ID_leaf_7" TEXT="introduced by: Anna Weber →" LINK="https://w3id.org/studygraph/id/anna-weber">
        <arrowlink DESTINATION="ID_1e409e20bfc429d4" ENDARROW="Default"/>
        <attribute NAME="introduced by" VALUE="bread.txt:11"/>
      </node>
    </node>
    <node ID="ID_4c69e6bde09b7c72" TEXT="Bread baking" LINK="https://w3id.org/studygraph/id/bread-baking">
      <attribute NAME="evidence" VALUE="bread.txt:2"/>
      <richcontent TYPE="NOTE">
        <html>
          <head/>
          <body>
            <p>definition: the craft of turning flour and water into a loaf [bread.txt:2]</p>
          </body>
        </html>
      </richcontent>
    </node>
    <node ID="ID_cb9db87912c07db9" TEXT="Dough" LINK="https://w3id.org/studygraph/id/dough">
      <attribute NAME="evidence" VALUE="bread.txt:9; bread.txt:13"/>
      <node ID="ID_ff10bea62b64746e" TEXT="Sourdough" LINK="https://w3id.org/studygraph/id/sourdough">
        <attribute NAME="has kind" VALUE="bread.txt:9"/>
        <attribute NAME="evidence" VALUE="khleb.txt:3"/>
        <richcontent TYPE="NOTE">
          <html>
            <head/>
            <body>
              <p>definition: смесь муки и воды, в которой живут дикие дрожжи [khleb.txt:3]</p>
            </body>
          </html>
        </richcontent>
        <node ID="ID_856897e65bede212" TEXT="Опара" LINK="https://w3id.org/studygraph/id/opara">
          <attribute NAME="has kind" VALUE="khleb.txt:4"/>
          <attribute NAME="evidence" VALUE="khleb.txt:4"/>
        </node>
        <node ID="ID_40d32f9b46b686a4" TEXT="Rye loaf" LINK="https://w3id.org/studygraph/id/rye-loaf">
          <attribute NAME="has example" VALUE="bread.txt:10"/>
          <attribute NAME="evidence" VALUE="bread.txt:10"/>
        </node>
        <node ID="ID_leaf_13" TEXT="contrasts with: Yeast dough →" LINK="https://w3id.org/studygraph/id/yeast-dough">
          <arrowlink DESTINATION="ID_bee0f4f45aa16f8b" ENDARROW="Default"/>
          <attribute NAME="contrasts with" VALUE="bread.txt:12"/>
        </node>
      </node>
      <node ID="ID_bee0f4f45aa16f8b" TEXT="Yeast dough" LINK="https://w3id.org/studygraph/id/yeast-dough">
        <attribute NAME="has kind" VALUE="bread.txt:13"/>
        <attribute NAME="evidence" VALUE="bread.txt:13"/>
        <richcontent TYPE="NOTE">
          <html>
            <head/>
            <body>
              <p>note: rises in an hour [bread.txt:13]</p>
            </body>
          </html>
        </richcontent>
      </node>
    </node>
  </node>
</map>
